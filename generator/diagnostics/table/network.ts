// Diagnostics of servers that a cluster cannot run or reach, and of names on the network.

import { error, type Entry, quote } from '../types.ts';

export interface Named {
  readonly server: string;
}

const skip = 'leave it out with --skip-unsupported';
const skipIt = (): string => skip;

export const networkDiagnostics = {
  'poci-server': {
    meaning: 'The server starts a container for each tool call, which needs a Docker engine.',
    example: '`type: poci`',
    fix: 'Leave it out with `--skip-unsupported`.',
    variants: {
      default: error<Named>(
        ({ server }) =>
          `the server ${quote(server)} starts a container for each tool call (POCI), which needs a Docker engine`,
        skipIt,
      ),
    },
  },
  'missing-image': {
    meaning: 'The server has nothing that could run or be called.',
    example: 'a server has neither `image` nor `remote`',
    fix: 'Add one of them.',
    variants: {
      default: error<Named>(
        ({ server }) => `the server ${quote(server)} has neither an image nor a remote URL`,
        () => 'add image: or remote: {url}',
      ),
    },
  },
  'oauth-server': {
    meaning: 'The server gets its token from a login in Docker Desktop, which a cluster does not have.',
    example: '`oauth:` without a header made of a secret',
    fix: 'Leave it out with `--skip-unsupported`, or give it a header made of a secret.',
    variants: {
      default: error<Named>(
        ({ server }) =>
          `the server ${quote(server)} gets its token from an OAuth login in Docker Desktop, which a cluster does not have`,
        skipIt,
      ),
    },
  },
  'insecure-remote': {
    meaning: 'The URL of a remote server is not https. The gateway accepts nothing else.',
    example: '`remote: {url: http://…}`',
    fix: 'Use https.',
    variants: {
      default: error<Named & { url: string }>(
        ({ server, url }) => `the server ${quote(server)} has the URL ${quote(url)}: the gateway accepts only https`,
        () => `change it to https, or ${skip}`,
      ),
    },
  },
  'host-gateway': {
    meaning: 'An entry of `extraHosts` stands for the machine that runs Docker, which a pod does not have.',
    example: '`extraHosts: ["host.docker.internal:host-gateway"]`',
    fix: 'Give the address of the host, or leave the server out with `--skip-unsupported`.',
    variants: {
      default: error<{ entry: string }>(
        ({ entry }) => `${entry} is the machine that runs Docker, which a pod does not have`,
        () => 'give the address of the host, or leave the server out with --skip-unsupported',
      ),
    },
  },
  'bad-host': {
    meaning: 'An entry of `extraHosts` does not have the form `host:address`.',
    example: '`extraHosts: [db.internal]`',
    fix: 'Write `host:address`.',
    variants: {
      default: error<{ entry: string }>(
        ({ entry }) => `${quote(entry)} is not of the form host:address`,
        () => 'write e.g. db.internal:10.0.0.5',
      ),
    },
  },
} satisfies Record<string, Entry>;
