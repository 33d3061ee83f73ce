// What a running gateway offers to its clients: a session by MCP's own SDK, with bounds.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ListedTool } from '../definitions/compare.ts';
import { version } from '../version.ts';
import { isRecord } from './json.ts';

/** The gateway cannot be asked, or answers something else. Its message is for people. */
export class GatewayError extends Error {}

const timeoutMs = 60_000;
const maxBytes = 32 * 1024 ** 2;
const maxPages = 1000;
const maxTools = 100_000;

/** All tools that the gateway offers. `token`: for the header Authorization. @throws GatewayError */
export async function listTools(url: URL, token: string | undefined): Promise<readonly ListedTool[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const open = new AbortController();
  const transport = new StreamableHTTPClientTransport(url, {
    requestInit: { headers, signal },
    fetch: (target, init) => boundedFetch(target, init, open.signal),
  });
  const client = new Client({ name: 'mcpgen', version });
  try {
    await client.connect(transport as Parameters<Client['connect']>[0], { signal });
    return await readPages(client, signal);
  } catch (error) {
    throw new GatewayError(`cannot list the tools of ${url.origin}${url.pathname}: ${reasonOf(error)}`);
  } finally {
    await client.close();
    // Node forgets a request's signal when the request is collected as garbage: the stream would keep the process alive.
    open.abort();
  }
}

async function readPages(client: Client, signal: AbortSignal): Promise<readonly ListedTool[]> {
  const tools: ListedTool[] = [];
  let cursor: unknown;
  for (let page = 0; page < maxPages && tools.length < maxTools; page++) {
    const params = typeof cursor === 'string' ? { cursor } : {};
    // No schema of the SDK's: one tool that it does not like would hide all others.
    const result = await client.request({ method: 'tools/list', params }, ResultSchema, { signal });
    const list = result['tools'];
    if (!Array.isArray(list)) throw new GatewayError('it answers, but not with a list of tools');
    tools.push(...list.filter(isRecord).flatMap((value) => toTool(value)));
    cursor = result['nextCursor'];
    if (cursor === undefined) return tools;
  }
  throw new GatewayError(`it lists more than ${maxTools} tools`);
}

function toTool(value: Readonly<Record<string, unknown>>): ListedTool[] {
  const { name } = value;
  return typeof name === 'string' ? [{ name, value }] : [];
}

/** An answer, cut off where it is too long, or when nobody listens any more. */
async function boundedFetch(url: string | URL, init: RequestInit | undefined, open: AbortSignal): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'error' });
  let size = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      size += part.length;
      if (size > maxBytes) controller.error(new GatewayError(`its answer is larger than ${maxBytes / 1024 ** 2} MiB`));
      else controller.enqueue(part);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body?.pipeThrough(limit, { signal: open }) ?? null, { status, statusText, headers });
}

/** Without what the gateway may have written into the SDK's message. */
function reasonOf(error: unknown): string {
  const { code, message, cause } = error as Error & { code?: unknown };
  if (error instanceof GatewayError) return message;
  if (code === 401) return 'it wants a bearer token (status 401)';
  if (typeof code === 'number' && code >= 400) return `it answers with status ${code}`;
  return (cause instanceof Error ? cause.message : message).slice(0, 200);
}
