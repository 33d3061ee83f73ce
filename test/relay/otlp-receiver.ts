// A receiver of OTLP over HTTP that takes what a collector takes: JSON by the rules of OTLP, and nothing that the protocol does not have.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const attributes = z.array(
  z.strictObject({ key: z.string().min(1), value: z.strictObject({ stringValue: z.string() }) }),
);
const id = (bytes: number) => z.string().regex(new RegExp(`^(?!0+$)[0-9a-f]{${2 * bytes}}$`));
/** 64-bit numbers are texts in JSON. */
const nanoseconds = z.string().regex(/^[1-9]\d{18}$/);
const span = z.strictObject({
  traceId: id(16),
  spanId: id(8),
  parentSpanId: id(8).optional(),
  name: z.string().min(1),
  kind: z.number().int().min(1).max(5),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes,
  status: z.strictObject({ code: z.number().int().min(0).max(2).optional(), message: z.string().optional() }),
});
const scopeSpans = z.strictObject({
  scope: z.strictObject({ name: z.string(), version: z.string() }),
  spans: z.array(span),
});
const request = z.strictObject({
  resourceSpans: z.array(z.strictObject({ resource: z.strictObject({ attributes }), scopeSpans: z.array(scopeSpans) })),
});

export interface ReceivedSpan extends Omit<z.infer<typeof span>, 'attributes'> {
  readonly attributes: { readonly [key: string]: string };
  readonly resource: { readonly [key: string]: string };
}

const mapOf = (list: z.infer<typeof attributes>) =>
  Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue]));

export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly problems: string[] = [];
  requests = 0;
  /** What it answers with. */
  status = 200;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (incoming, response) => {
      const body = await text(incoming);
      this.requests++;
      if (this.status === 200) this.#take(`${incoming.method} ${incoming.url}`, incoming.headers['content-type'], body);
      response.writeHead(this.status, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
    });
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/traces`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #take(line: string, type: string | undefined, body: string): void {
    if (line !== 'POST /v1/traces' || type !== 'application/json') this.problems.push(`${line} ${type}`);
    const parsed = request.safeParse(JSON.parse(body));
    if (!parsed.success) this.problems.push(parsed.error.message);
    for (const { resource, scopeSpans: scopes } of parsed.data?.resourceSpans ?? [])
      for (const { attributes: list, ...rest } of scopes.flatMap(({ spans }) => spans))
        this.spans.push({ ...rest, attributes: mapOf(list), resource: mapOf(resource.attributes) });
  }
}
