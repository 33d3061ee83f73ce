// Servers that cannot work in a cluster, and why.

import { type CatalogServer, serverKind } from '../catalog/model.ts';
import { type Diagnostic, type DiagnosticCode } from '../diagnostics.ts';
import { positionOf } from '../source.ts';

/** The codes that `--skip-unsupported` turns into notes: the server is at fault, not the catalog. */
export const unsupportedCodes: ReadonlySet<string> = new Set([
  'poci-server',
  'oauth-server',
  'insecure-remote',
  'host-volume',
  'host-gateway',
]);

/** Without what may be a credential in it. */
function printableUrl(url: string): string {
  return url.replace(/\/\/.*@/s, '//').replace(/[?#].*/s, '');
}

/** Why a server as a whole cannot run, or undefined. */
export function checkSupported(server: CatalogServer): Diagnostic | undefined {
  const error = (code: DiagnosticCode, message: string, hint: string, field?: string): Diagnostic => ({
    severity: 'error',
    code,
    message: `the server ${JSON.stringify(server.name)} ${message}`,
    hint,
    position: positionOf(server.source, field === undefined ? server.path : [...server.path, field], 'key'),
    server: server.name,
  });
  const skip = 'leave it out with --skip-unsupported';
  switch (serverKind(server)) {
    case 'poci':
      if (server.type !== 'poci' && server.tools.length === 0) {
        return error('missing-image', 'has neither an image nor a remote URL', 'add image: or remote: {url}');
      }
      return error('poci-server', 'starts a container for each tool call (POCI), which needs a Docker engine', skip);
    case 'remote': {
      const url = server.sseEndpoint || server.remote.url;
      if (!/^https:\/\//i.test(url.trim())) {
        return error(
          'insecure-remote',
          `has the URL ${JSON.stringify(printableUrl(url))}: the gateway takes only https`,
          `change it to https, or ${skip}`,
          'remote',
        );
      }
      // A header made of a secret works without OAuth.
      const hasKey = server.secrets.length > 0 && Object.keys(server.remote.headers).length > 0;
      if (server.oauthProviders.length > 0 && !hasKey) {
        return error(
          'oauth-server',
          'gets its token from an OAuth login in Docker Desktop, which a cluster does not have',
          skip,
          'oauth',
        );
      }
      return undefined;
    }
    case 'container':
      return undefined;
  }
}
