// A registry in this process: reads only, and fails in the ways that tests ask for.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOf, type Store } from '../image/images.ts';

/** Answers a request in place of the registry, if it returns true. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface TestRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Every request so far: method and path. */
  readonly requests: string[];
  /** The present fault. */
  fault: Fault;
  close(): Promise<void>;
}

export async function startRegistry(store: Store): Promise<TestRegistry> {
  const requests: string[] = [];
  const registry = { fault: (() => false) as Fault };
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (!registry.fault(request, response)) answer(store, request, response);
  });
  await listen(server);
  return Object.assign(registry, {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

export function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

/** Faults by repository: each image fails in its own way, all of them in one run. */
export function byRepository(faults: Readonly<Record<string, Fault>>): Fault {
  return (request, response) => {
    const [, repository = ''] = /^\/v2\/(.+?)\/(manifests|blobs)\//.exec(request.url ?? '') ?? [];
    return faults[repository]?.(request, response) ?? false;
  };
}

/** A fault that answers with a status, headers and a body. */
export function replies(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): Fault {
  return (_, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };
}

/** A body without end. */
export const endless: Fault = (_, response) => {
  const piece = Buffer.alloc(64 * 1024, 0x20);
  const write = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.writeHead(200).on('drain', write);
  write();
  return true;
};

/** Bytes in place of an answer. */
export function says(bytes: string): Fault {
  return (request) => {
    request.socket.end(bytes);
    return true;
  };
}

/** What a registry without faults says. */
export function answer(store: Store, request: IncomingMessage, response: ServerResponse): void {
  const { url = '', method } = request;
  if (url === '/v2/') return void response.writeHead(200).end('{}');
  const [, repository = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^?]+)/.exec(url) ?? [];
  if (kind === 'manifests') {
    const manifest = store.manifests.get(`${repository}:${reference}`);
    if (!manifest) return notFound(response, 'MANIFEST_UNKNOWN');
    response.writeHead(200, {
      'content-type': manifest.mediaType,
      'content-length': manifest.bytes.length,
      'docker-content-digest': digestOf(manifest.bytes),
    });
    return void response.end(method === 'HEAD' ? undefined : manifest.bytes);
  }
  const blob = store.blobs.get(reference);
  if (!blob) return notFound(response, 'BLOB_UNKNOWN');
  const range = /^bytes=(\d+)-(\d+)$/.exec(String(request.headers.range));
  if (!range) return void response.writeHead(200, { 'content-length': blob.length }).end(blob);
  const part = blob.subarray(Number(range[1]), Number(range[2]) + 1);
  response.writeHead(206, { 'content-range': `bytes ${range[1]}-${range[2]}/${blob.length}` }).end(part);
}

function notFound(response: ServerResponse, code: string): void {
  response
    .writeHead(404, { 'content-type': 'application/json' })
    .end(JSON.stringify({ errors: [{ code, message: 'no' }] }));
}
