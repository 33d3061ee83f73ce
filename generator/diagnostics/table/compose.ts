// Diagnostics of `mcpgen compose`: what Compose has nothing for, and what it wants beside its file.

import { error, type Entry, note, quote, warning } from '../types.ts';

/** So many names in one message. */
const maxNames = 5;

function list(names: readonly string[]): string {
  const more = names.length - maxNames;
  return names.slice(0, maxNames).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

export const composeDiagnostics = {
  'not-in-compose': {
    meaning: 'Docker Compose has no equivalent for this, or cannot enforce it.',
    example: 'an overlay sets `gateway.replicas`; a server may connect to some hosts only',
    fix: 'Remove the setting, or run the servers on Kubernetes.',
    variants: {
      values: warning<{ paths: readonly string[] }>(
        ({ paths }) => `ignored, because Docker Compose has no equivalent: ${list(paths)}`,
        () => 'remove it from the overlay that you use with mcpgen compose',
      ),
      hosts: warning<{ servers: readonly string[] }>(
        ({ servers }) =>
          `${list(servers)} may connect only to some hosts, but Docker cannot limit a network to hosts: ${servers.length === 1 ? 'it can reach' : 'they can reach'} every address`,
        () => 'set egress.mode: none in an overlay for a server that needs no network',
      ),
      networks: warning<{ count: number }>(
        ({ count }) => `Docker has addresses for about 30 networks, and this file needs ${count}, one for each server`,
        () =>
          'add to /etc/docker/daemon.json: {"default-address-pools": [{"base": "10.200.0.0/16", "size": 28}]}, or select fewer servers',
      ),
      internal: error<{ servers: readonly string[] }>(
        ({ servers }) =>
          `${list(servers)} ${servers.length === 1 ? 'is' : 'are'} in your own network (http.url), which containers of this Compose file cannot reach by name`,
        ({ servers }) => `leave out with --exclude ${servers.join(',')}`,
      ),
      volume: error<{ server: string; volume: string; kind: string }>(
        ({ server, volume, kind }) =>
          `the volume ${quote(volume)} of the server ${quote(server)} has the kind ${kind}, which Docker Compose cannot mount`,
        () => 'use a persistentVolumeClaim or an emptyDir instead',
      ),
    },
  },
  'compose-variables': {
    meaning:
      'The variables that `docker compose` reads from the file `.env` next to the Compose file, and files of secrets.',
    example: '`compose.yaml` needs `MCP_GATEWAY_AUTH_TOKEN`',
    fix: 'Create them, and make them readable only by you.',
    variants: {
      default: note<{ variables: readonly string[]; files: readonly string[] }>(
        ({ variables, files }) =>
          `docker compose needs ${variables.join(', ')}${files.length === 0 ? '' : `, and the files ${files.join(', ')}`}`,
        () =>
          'write a line NAME=VALUE for each to .env next to the Compose file; for the token: echo "MCP_GATEWAY_AUTH_TOKEN=$(openssl rand -hex 32)" >> .env',
      ),
    },
  },
} satisfies Record<string, Entry>;
