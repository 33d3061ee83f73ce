// A server without a pod: the gateway calls its URL.

import type { RemoteWorkload } from '../workload/model.ts';
import { type Aspect, overlayKey } from './model.ts';

export function explainRemote({ url, headers, secrets, server }: RemoteWorkload): Aspect[] {
  const names = Object.keys(headers);
  const hasSecrets = Object.keys(secrets).length > 0;
  return [
    {
      aspect: 'remote',
      status: 'kept',
      docker: `the gateway calls ${url}`,
      here: "remote.url, and the gateway's egress to it",
      change: overlayKey(server.name, 'remote.url'),
    },
    ...(names.length > 0
      ? [
          {
            aspect: 'headers',
            status: 'kept',
            docker: names.join(', '),
            here: hasSecrets ? 'remote.headers, with values from Secrets' : 'remote.headers',
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
