// Diagnostics of whole files: catalogs, and what stands beside them.

import { describeFile, type FileKind } from '../file-kinds.ts';
import { type Entry, error, note, type Nothing, quote, warning } from '../types.ts';

export const fileDiagnostics = {
  'file-exists': {
    meaning: '`mcpgen init` would replace a file. It writes none of its files then.',
    example: 'a folder with a `catalog.yaml`',
    fix: 'Name another folder, or move the file.',
    variants: {
      default: error<{ file: string }>(
        ({ file }) => `${file} exists already`,
        () => 'name another folder, or move the file',
      ),
    },
  },
  'not-a-catalog': {
    meaning: 'The file is not a Docker MCP catalog.',
    example: 'a Compose file',
    fix: 'Pass a catalog, a profile or a server entry. The hint says where the file belongs, if it is known.',
    variants: {
      default: error<{ kind: FileKind }>(
        ({ kind }) => `this is not a Docker MCP catalog: it looks like ${describeFile(kind).looksLike}`,
        ({ kind }) => describeFile(kind).remedy,
      ),
    },
  },
  imported: {
    meaning: 'The file describes servers in another format, and was converted to a catalog as Docker does.',
    example: 'a `server.yaml` of docker/mcp-registry, a `server.json` of the MCP registry',
    fix: 'Nothing needs to be done.',
    variants: {
      'server-yaml': note<Nothing>(
        () =>
          'this is a server.yaml of docker/mcp-registry: run and config are converted as for its catalog, without defaults',
      ),
      'server-json': note<{ original: string; name: string; hasRemote: boolean }>(
        ({ original, name, hasRemote }) =>
          `${quote(original)} of the MCP registry is converted to the server ${quote(name)}, as docker mcp profile server add does${hasRemote ? '; of its package and its remote, the remote counts' : ''}`,
      ),
    },
  },
  'ignored-argument': {
    meaning:
      'A server of the MCP registry has arguments of `docker run` that have no effect: only users and volumes are converted.',
    example: '`runtimeArguments: [{type: named, name: --network, value: host}]`',
    fix: 'Set the equivalent in an overlay, and remove them.',
    variants: {
      default: warning<{ server: string; ignored: readonly string[] }>(
        ({ server, ignored }) =>
          `runtimeArguments of ${quote(server)} that only docker run has are ignored: ${ignored.join(', ')}`,
        () => 'set the equivalent in a file given with --overlay',
      ),
    },
  },
  'no-container': {
    meaning: 'A server of the MCP registry has no container image that speaks stdio, and no remote URL.',
    example: '`packages: [{registryType: npm}]`',
    fix: 'Build an image with the package in it, and write a catalog entry for that.',
    variants: {
      default: error<{ server: string; kinds: readonly string[] }>(
        ({ server, kinds }) =>
          `${quote(server)} has neither a package of registryType oci with the transport stdio nor a remote${kinds.length === 0 ? '' : `, but only ${kinds.join(', ')}`}`,
        () => 'build an image with the package in it, and write a catalog entry: registry: {NAME: {image: IMAGE}}',
      ),
    },
  },
  'missing-snapshot': {
    meaning: 'A server of a profile is only a reference. Its snapshot, which says what runs, is missing.',
    example: 'a server of a profile has no `snapshot`',
    fix: 'Export the profile again with a current Docker MCP Toolkit.',
    variants: {
      default: error<{ index: number; called: string }>(
        ({ index, called }) =>
          `servers[${index}] (${called}) has no snapshot of its server, only a reference, which does not say what to run`,
        () =>
          'export the profile or catalog again with a current Docker MCP Toolkit, which writes snapshots, or leave it out with --skip-unsupported',
      ),
    },
  },
  'duplicate-server': {
    meaning: 'A profile has two servers with the same name. The gateway would use one of them.',
    example: 'two servers called `time`',
    fix: 'Remove one of the two.',
    variants: {
      default: error<{ name: string }>(
        ({ name }) => `the server ${quote(name)} is defined twice`,
        () => 'remove one of the two',
      ),
    },
  },
  overridden: {
    meaning: 'Two files define the same server, its config or its tools. The last one wins, as in the gateway.',
    example: 'two catalogs have the server `time`',
    fix: 'Remove one of the two.',
    variants: {
      server: warning<{ name: string; earlier: string }>(
        ({ name, earlier }) => `the server ${quote(name)} here replaces the one in ${earlier}`,
        () => 'the last catalog wins, as in the gateway; remove one of the two to make it explicit',
      ),
      config: warning<{ name: string }>(
        ({ name }) => `the config of ${quote(name)} here replaces all of its config in an earlier file`,
        () => 'keep one of the two',
      ),
      tools: warning<{ name: string }>(
        ({ name }) => `the tools of ${quote(name)} here replace all of its tools in an earlier file`,
        () => 'keep one of the two',
      ),
    },
  },
  'bad-config': {
    meaning: 'A config file is not a map from servers to their properties.',
    example: 'a config file has `time: 5`',
    fix: 'Map each server to a map of its properties.',
    variants: {
      default: error<{ problem: string }>(
        ({ problem }) => problem,
        () => 'a config file maps each server to a map of its properties',
      ),
    },
  },
  'bad-secrets-file': {
    meaning:
      'A line of the file given with `--secrets-file` does not have the form `name=value`. The line is never shown.',
    example: 'a line has no `=`',
    fix: 'Write `name=value`.',
    isPrivate: true,
    variants: {
      default: error<Nothing>(
        () => 'a line of the secrets file has no "="', // never the line: it may be a secret
        () => 'write name=value',
      ),
    },
  },
  'bad-overlay': {
    meaning: 'The overlay contains something that is not valid in a Helm values file.',
    example: '`replicas: !!int many`',
    fix: "Write the overlay as the chart's values.",
    variants: {
      default: error<{ problem: string }>(
        ({ problem }) => problem,
        () => "write the chart's values, as in values.yaml",
      ),
    },
  },
  'no-servers': {
    meaning: 'There is no server to compile, or all of them were left out.',
    example: 'an empty registry',
    fix: 'Compile at least one server that can run in a cluster.',
    variants: {
      none: error<Nothing>(
        () => 'there are no servers to compile',
        () => 'a catalog needs at least one server that runs from an image or has a remote URL',
      ),
      'all-skipped': error<Nothing>(
        () => 'no server is left: all of them were skipped',
        () => 'add a server that runs from an image or has a remote URL',
      ),
    },
  },
  'skipped-server': {
    meaning: '`--skip-unsupported` left out a server that cannot work in a cluster.',
    example: '`--skip-unsupported` and a server of `type: poci`',
    fix: 'Nothing needs to be done. Remove the server from the catalog to avoid the note.',
    variants: {
      default: note<{ reason: string }>(({ reason }) => `left out: ${reason}`, undefined, {
        summary: 'servers are left out',
      }),
    },
  },
} satisfies Record<string, Entry>;
