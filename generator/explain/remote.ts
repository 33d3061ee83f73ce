// A server without a pod: the gateway calls its URL, or the relay does.

import type { RemoteWorkload } from '../workload/model.ts';
import { type Aspect, overlayKey } from './model.ts';

export function explainRemote({ url, isInternal, headers, secrets, server }: RemoteWorkload): Aspect[] {
  const names = Object.keys(headers);
  const hasSecrets = Object.keys(secrets).length > 0;
  const field = isInternal ? 'http' : 'remote';
  return [
    {
      aspect: field,
      docker: `the gateway calls ${url}`,
      change: overlayKey(server.name, `${field}.url`),
      ...(isInternal
        ? {
            status: 'changed',
            here: 'http.url: the relay calls it, and the gateway pod may reach its address and port',
            why: 'the gateway calls no plain http and no private address',
          }
        : { status: 'kept', here: "remote.url, and the gateway's egress to it" }),
    },
    ...(names.length > 0
      ? [
          {
            aspect: 'headers',
            status: 'kept',
            docker: names.join(', '),
            here: hasSecrets ? `${field}.headers, with values from Secrets` : `${field}.headers`,
          } as const,
        ]
      : []),
    ...(server.oauthProviders.length > 0
      ? [
          {
            aspect: 'oauth',
            status: 'lost',
            docker: `Docker Desktop's login at ${server.oauthProviders.join(', ')}`,
            here: '',
            why: 'there is no Docker Desktop in a cluster; the headers must do',
            change: 'a header made of a secret in the catalog',
          } as const,
        ]
      : []),
  ];
}
