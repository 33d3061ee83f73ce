// Diagnostics of names: of servers in the cluster, and of their tools in the gateway.

import { error, type Entry, note, quote, warning } from '../types.ts';

export interface SameImage {
  readonly servers: readonly string[];
  readonly isRemote: boolean;
  /** The server that the hint is about, by its catalog name. */
  readonly server: string;
}

const sharers = ({ servers, isRemote }: SameImage): string =>
  `the servers ${servers.map(quote).join(' and ')} ${isRemote ? 'call the same URL' : 'run the same image'}`;
const prefixHint = (server: string): string =>
  `prefix: in the catalog, or servers.${server}.prefix in a file given with --overlay`;

export const nameDiagnostics = {
  'bad-name': {
    meaning: "A server's name has no character that is valid in a Kubernetes name.",
    example: 'a server is called `***`',
    fix: 'Rename the server: a DNS label needs a letter or a digit.',
    variants: {
      default: error<{ name: string }>(
        ({ name }) => `the server name ${quote(name)} has no letter or digit, so it cannot become a DNS label`,
        () => 'rename the server in the catalog',
      ),
    },
  },
  'name-collision': {
    meaning: 'Two servers would have the same name in the cluster, and only one of them could be reached.',
    example: '`my.server` and `my-server`',
    fix: 'Rename one of them, or leave one out with `--exclude`.',
    variants: {
      default: error<{ owner: string; name: string; clusterName: string }>(
        ({ owner, name, clusterName }) =>
          `the servers ${quote(owner)} and ${quote(name)} would both be ${quote(clusterName)} in the cluster`,
        () => 'rename one of them in the catalog, or leave one out with --exclude',
      ),
    },
  },
  'renamed-server': {
    meaning: "A server has another name in the cluster, because a Service's name must be a DNS label.",
    example: '`SQLite` is `sqlite` in the cluster',
    fix: 'Nothing needs to be done. Rename it in the catalog to choose another name.',
    variants: {
      default: note<{ name: string; clusterName: string }>(
        ({ name, clusterName }) =>
          `the server ${quote(name)} is ${quote(clusterName)} in the cluster: a Service's name must be a DNS label`,
        () => 'its config and secrets keep the catalog name; rename it in the catalog to choose another one',
        { summary: 'servers have another name in the cluster' },
      ),
    },
  },
  'same-image': {
    meaning: 'Servers that run one image have the same tools, and the gateway refuses two tools with the same name.',
    example: 'two servers run `mcp/atlassian`',
    fix: 'Give each of them a `prefix`.',
    variants: {
      prefixed: note<SameImage & { clusterName: string }>(
        (same) =>
          `${sharers(same)}, so their tools have the same names: each server's name becomes the prefix of its tools, as in ${same.clusterName}__TOOL`,
        ({ server }) =>
          `to choose another prefix: ${prefixHint(server)} (null: none); prompts and resources have no prefix: if two have the same name, only one is offered`,
        { summary: 'servers of one image get their names as prefixes' },
      ),
      clash: warning<SameImage>(
        (same) =>
          `${sharers(same)} and have the same prefix, so their tools have the same names, which the gateway refuses`,
        ({ server }) => `give one of them another prefix: ${prefixHint(server)}`,
      ),
    },
  },
  'tool-collision': {
    // What servers really offer decides; a catalog's list may be out of date.
    meaning:
      'According to the catalog, two servers have a tool with the same name. The gateway does not start with such a pair.',
    example: 'two servers have a tool `echo`',
    fix: 'Give one of the servers a `prefix`, or leave the tool out with `--tools-config`.',
    variants: {
      default: warning<{ tool: string; server: string; owner?: string | undefined }>(
        ({ tool, server, owner }) =>
          `the tool ${quote(tool)} would stop the gateway from starting: ${
            owner === undefined
              ? 'the gateway reserves that name'
              : `the servers ${quote(owner)} and ${quote(server)} both have it`
          }`,
        ({ server }) =>
          `give ${quote(server)} a prefix in the catalog, which makes its tools PREFIX__TOOL, or leave the tool out with --tools-config`,
      ),
    },
  },
} satisfies Record<string, Entry>;
