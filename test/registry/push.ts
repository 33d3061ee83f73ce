// Uploads to a registry, as `docker push` does.

import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Store } from '../image/images.ts';

/** How the registry is reached, where it is not by plain http and without a login. */
export interface PushAccess {
  /** Certificates of the registry's authority: it speaks TLS. */
  readonly ca?: string;
  /** `user:password` */
  readonly login?: string;
}

/** Uploads what the store has of a repository: all blobs, and the manifests that have a tag. */
export async function push(host: string, store: Store, repository: string, access: PushAccess = {}): Promise<void> {
  const base = `${access.ca === undefined ? 'http' : 'https'}://${host}`;
  for (const [digest, bytes] of store.blobs) {
    const { headers } = await send(access, 'POST', new URL(`/v2/${repository}/blobs/uploads/`, base));
    const address = new URL(headers.location ?? '', base);
    address.searchParams.set('digest', digest);
    await created(await send(access, 'PUT', address, bytes));
  }
  for (const [name, { mediaType, bytes }] of store.manifests) {
    const tag = name.slice(repository.length + 1);
    if (!name.startsWith(`${repository}:`) || tag.startsWith('sha256:')) continue;
    await created(await send(access, 'PUT', new URL(`/v2/${repository}/manifests/${tag}`, base), bytes, mediaType));
  }
}

function send(
  { ca, login }: PushAccess,
  method: string,
  address: URL,
  body?: Uint8Array,
  type = 'application/octet-stream',
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const authorization =
      login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
    const headers = { ...authorization, 'content-type': type, 'content-length': body?.length ?? 0 };
    const request =
      ca === undefined ? httpRequest(address, { method, headers }) : httpsRequest(address, { method, headers, ca });
    request.on('response', (response) => response.resume().on('end', () => resolve(response))).on('error', reject);
    request.end(body);
  });
}

async function created({ statusCode }: IncomingMessage): Promise<void> {
  if (statusCode !== 201) throw new Error(`the registry answered with the status ${statusCode}`);
}
