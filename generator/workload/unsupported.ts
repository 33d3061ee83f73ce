// Servers that cannot work in a cluster, and why.

import { type CatalogServer, serverKind } from '../catalog/model.ts';
import { type About, diagnose, type Diagnostic, type DiagnosticCode } from '../diagnostics.ts';
import { positionOf } from '../source.ts';
import { printableUrl, refuseUrl } from './remote.ts';

/** The codes that `--skip-unsupported` turns into notes: the server is at fault, not the catalog. */
export const unsupportedCodes: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  'poci-server',
  'oauth-server',
  'insecure-remote',
  'host-volume',
  'host-gateway',
]);

/** Why a server as a whole cannot run, or undefined. `isInternal`: it is of the user's own network, where the relay calls it. */
export function checkSupported(server: CatalogServer, isInternal: boolean): Diagnostic | undefined {
  const about = (field?: string): About => ({
    position: positionOf(server.source, field === undefined ? server.path : [...server.path, field], 'key'),
    server: server.name,
  });
  const named = { server: server.name };
  switch (serverKind(server)) {
    case 'poci':
      return server.type !== 'poci' && server.tools.length === 0
        ? diagnose('missing-image', named, about())
        : diagnose('poci-server', named, about());
    case 'remote': {
      const url = server.sseEndpoint || server.remote.url;
      const refusal = isInternal ? undefined : refuseUrl(url);
      if (refusal) {
        return diagnose(refusal, { ...named, url: printableUrl(url) }, about('remote'));
      }
      // A header made of a secret works without OAuth.
      const hasKey = server.secrets.length > 0 && Object.keys(server.remote.headers).length > 0;
      return server.oauthProviders.length > 0 && !hasKey ? diagnose('oauth-server', named, about('oauth')) : undefined;
    }
    case 'container':
      return undefined;
  }
}
