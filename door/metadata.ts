// Where to log in: the protected resource metadata (RFC 9728), and the challenges that refer to it.

import type { Config } from './config.ts';

const wellKnown = '/.well-known/oauth-protected-resource';

/** The paths that the metadata are served at. */
export function metadataPaths(path: string): readonly string[] {
  return [wellKnown, wellKnown + path];
}

/** The URL of the metadata, which RFC 9728 makes of the resource's. */
export function metadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return origin + wellKnown + (pathname === '/' ? '' : pathname);
}

export function metadataText({ resource, issuers, scopes }: Pick<Config, 'resource' | 'issuers' | 'scopes'>): string {
  return JSON.stringify({
    resource,
    authorization_servers: issuers.map(({ url }) => url),
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
    resource_name: 'MCP gateway',
  });
}
