// Diagnostics of servers that a cluster cannot run or reach, and of names on the network.

import { shellWord } from '../../shell.ts';
import { didYouMean } from '../../suggest.ts';
import { error, type Entry, note, quote, warning } from '../types.ts';

export interface Named {
  readonly server: string;
}

const skip = 'leave it out with --skip-unsupported';
const internal = (server: string): string => `--internal ${shellWord(server)}`;
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
    meaning: 'The server has neither an image to run nor a URL to call.',
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
    example: '`oauth:` without a header that refers to a secret',
    fix: 'Leave it out with `--skip-unsupported`, or give it a header that refers to a secret.',
    variants: {
      default: error<Named>(
        ({ server }) =>
          `the server ${quote(server)} gets its token from an OAuth login in Docker Desktop, which a cluster does not have`,
        skipIt,
      ),
    },
  },
  'insecure-remote': {
    meaning:
      'The gateway refuses the URL of a remote server: it calls only public hosts, by https, without a user in the URL.',
    example: '`remote: {url: http://…}`, `https://10.1.2.3/mcp`',
    fix: 'Use https and a public host name, or `--internal SERVER` for a server of your own network.',
    more: 'internal-servers.md',
    variants: {
      default: error<Named & { url: string }>(
        ({ server, url }) => `the server ${quote(server)} has the URL ${quote(url)}: the gateway accepts only https`,
        ({ server }) => `change it to https; if it runs in your own network, add ${internal(server)}; or ${skip}`,
      ),
      host: error<Named & { url: string }>(
        ({ server, url }) => `the server ${quote(server)} has the URL ${quote(url)}, which has no valid host`,
        () => 'write it as https://HOST/PATH',
      ),
      userinfo: error<Named & { url: string }>(
        ({ server }) => `the URL of the server ${quote(server)} has a user or password: the gateway refuses it`,
        () => 'remove it from the URL, and send it in a header that refers to a secret',
      ),
      self: error<Named & { url: string }>(
        ({ server, url }) =>
          `the server ${quote(server)} has the URL ${quote(url)}, which is the machine that runs Docker, or the pod itself`,
        ({ server }) =>
          `if it runs in the cluster, write the name of its Service, http://NAME.NAMESPACE.svc:PORT/PATH, and add ${internal(server)}; or ${skip}`,
      ),
      private: error<Named & { url: string }>(
        ({ server, url }) =>
          `the server ${quote(server)} has the URL ${quote(url)}: the gateway refuses private hosts and addresses`,
        ({ server }) => `if it runs in your own network, add ${internal(server)}; or use its public name, or ${skip}`,
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
    meaning: 'An entry of `extraHosts` does not have the form `host:address`, or its name is not valid.',
    example: '`extraHosts: [db.internal]`',
    fix: 'Write `host:address`.',
    variants: {
      default: error<{ entry: string }>(
        ({ entry }) => `${quote(entry)} does not have the form host:address`,
        () => 'write e.g. db.internal:10.0.0.5',
      ),
      name: error<{ host: string }>(
        ({ host }) => `${quote(host)} cannot be in a pod's hosts file: it is not a valid DNS name`,
        () => 'use only lower-case letters, digits, "-" and "."; the server must then use that name',
      ),
    },
  },
  'bad-allowed-host': {
    meaning: 'An entry of `allowHosts` does not have the form `host:port`.',
    example: '`allowHosts: ["https://api.example.com"]`',
    fix: 'Write the name of the host and the port.',
    variants: {
      default: error<{ entry: string; write: string | undefined }>(
        ({ entry }) => `${quote(entry)} does not have the form host:port`,
        ({ write }) => `write ${write ?? 'e.g. api.example.com:443'}`,
      ),
      network: error<{ entry: string; server: string }>(
        ({ entry }) => `${quote(entry)} is a network and does not have the form host:port`,
        ({ entry, server }) =>
          `open it in a file given with --overlay: servers.${server}.egress.to: [{ipBlock: {cidr: "${entry}"}}]`,
      ),
    },
  },
  'allowed-port': {
    meaning: 'An entry of `allowHosts` has no port, so port 443 is opened.',
    example: '`allowHosts: [api.example.com]`',
    fix: 'Write the port.',
    variants: {
      default: note<{ entry: string }>(
        ({ entry }) => `the entry has no port, so ${entry} is opened`,
        () => 'write another port if the server needs one',
      ),
    },
  },
  'unreachable-host': {
    meaning: "An argument or variable contains a name or an address that the server's pod cannot reach.",
    example: '`env: [{name: URL, value: "http://host.docker.internal:8080"}]`',
    fix: 'Use the name of a Service in the cluster or of a public host, or open the address in an overlay.',
    variants: {
      docker: warning<{ what: string }>(
        ({ what }) => `${what} is the machine that runs Docker, which a pod does not have`,
        () => 'use the name of a Service or another host, or give the name an address in extraHosts',
      ),
      self: warning<{ what: string }>(
        ({ what }) => `${what} is the pod itself, where only the server runs`,
        () => 'use the name of a Service or another host',
      ),
      private: warning<{ what: string; server: string; address: string }>(
        ({ what }) => `the server cannot reach ${what}: no private address is open to it`,
        ({ server, address }) =>
          `open it in a file given with --overlay: servers.${server}.egress.to: [{ipBlock: {cidr: "${address}/${address.includes(':') ? 128 : 32}"}}]`,
      ),
    },
  },
  'bad-transport': {
    meaning: 'A remote server has no transport, or one that the gateway does not support.',
    example: '`remote: {url: …, transport_type: websocket}`',
    fix: 'Write `transport_type: streamable-http`, or `sse`.',
    variants: {
      default: error<{ transport: string; transports: readonly string[] }>(
        ({ transport }) =>
          transport === ''
            ? 'the remote server has no transport: the gateway does not guess it'
            : `the gateway does not support the transport ${quote(transport)}`,
        ({ transport, transports }) =>
          `${transport === '' ? '' : `${didYouMean(transport, transports) ?? ''} `}write transport_type: streamable-http, or sse; the others are ${transports.slice(2).join(', ')}`.trim(),
      ),
    },
  },
  'not-expanded': {
    meaning: 'The gateway does not replace references in this place, so this one would be sent literally.',
    example: '`remote: {url: "https://example.com/mcp?key=${KEY}"}`',
    fix: 'Send the secret as a header: `headers: {Authorization: "Bearer ${KEY}"}`.',
    variants: {
      url: error<{ reference: string }>(
        ({ reference }) =>
          `the gateway does not replace ${reference} in a URL: it would call the URL with the literal text`,
        () => 'write the URL without it; a secret goes into a header: headers: {Authorization: "Bearer ${NAME}"}',
      ),
      header: error<{ reference: string; name: string }>(
        ({ reference, name }) =>
          `the gateway does not replace ${reference} in this header: it would send the literal text in ${name}`,
        () => 'write the value, or ${NAME} for a secret with env: NAME',
      ),
    },
  },
  'bad-header': {
    meaning: 'A header of a remote server cannot be sent.',
    example: '`headers: {"X Key": …}`',
    fix: 'Write the name of the header without spaces, and its value in one line.',
    variants: {
      name: error<{ name: string }>(
        ({ name }) => `${quote(name)} is not a valid name of an HTTP header`,
        () => 'use letters, digits and hyphens',
      ),
      value: error<{ name: string }>(
        ({ name }) => `the header ${name} has a line break or another control character`,
        () => 'write it in one line',
      ),
      dollar: error<{ name: string }>(
        ({ name }) => `the header ${name} has a dollar sign that does not start a reference`,
        () => 'write ${NAME} for a secret with env: NAME; a literal dollar sign is only possible inside a secret',
      ),
    },
  },
  'unknown-variable': {
    meaning: 'A header refers to a variable that no secret of the server sets, so it would be empty.',
    example: '`headers: {Authorization: "Bearer ${NOPE}"}`',
    fix: 'Add the secret: `secrets: [{name: …, env: NOPE}]`.',
    variants: {
      default: error<{ name: string; variable: string; known: readonly string[] }>(
        ({ name, variable }) => `the header ${name} refers to ${variable}, but no secret of the server has that env`,
        ({ variable, known }) =>
          didYouMean(variable, known) ??
          `add it to secrets: - {name: NAME, env: ${variable}}${known.length > 0 ? `; there are ${known.join(', ')}` : ''}`,
      ),
    },
  },
  'unused-secret': {
    meaning: 'No header of the remote server refers to this secret, so it has no effect.',
    example: '`secrets:` without `headers:`',
    fix: 'Refer to it in a header, or remove it.',
    variants: {
      default: warning<{ name: string; env: string }>(
        ({ name, env }) => `the secret ${name} has no effect: no header refers to ${env}`,
        ({ env }) => `write \${${env}} in a header, or remove the secret`,
      ),
    },
  },
} satisfies Record<string, Entry>;
