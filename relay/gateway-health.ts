// Whether the gateway has started: its /health answers once it has listed all servers.

import { get } from 'node:http';

/** Undefined: not known. */
export function isGatewayHealthy(url: URL | undefined): Promise<boolean | undefined> {
  if (!url) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const request = get(url, { timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
    request.once('close', () => resolve(false));
  });
}
