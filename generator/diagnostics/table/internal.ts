// Diagnostics of remote servers of the user's own network, which the relay calls (`--internal`).

import { error, type Entry, note, quote } from '../types.ts';

export interface Called {
  readonly server: string;
  readonly url: string;
}

export interface Placed extends Called {
  readonly host: string;
  readonly port: string;
}

const summary = 'servers of your own network are called by the relay';
const otherPort = ({ server }: Called): string =>
  `if the pods have another port than the Service, write in a file given with --overlay: servers.${server}.http.egress.ports: [PORT]`;
const serviceHint = (): string => 'write the name of its Service: http://NAME.NAMESPACE.svc:PORT/PATH';

export const internalDiagnostics = {
  'internal-server': {
    meaning: 'A remote server of your own network (`--internal`), which the relay calls instead of the gateway.',
    example: '`mcpgen catalog.yaml --internal docs`',
    fix: 'For a Service, write `NAME.NAMESPACE.svc`; for another name, its address in an overlay.',
    more: 'internal-servers.md',
    variants: {
      neighbour: note<Placed>(
        ({ host, port }) =>
          `the relay calls the Service ${host} of the namespace of the release, and may reach the pods there at port ${port}`,
        (parameters) =>
          `if it is in another namespace: servers.${parameters.server}.http.url: http://${parameters.host}.NAMESPACE.svc:${parameters.port}/PATH; ${otherPort(parameters)}`,
        {
          summary,
          task: ({ server, host, port }) => ({
            text: `a Service ${host} with port ${port} must be in the namespace mcp, for the server ${server}`,
          }),
        },
      ),
      service: note<Placed>(
        ({ host, port }) =>
          `the relay calls the Service ${host}, and may reach the pods of the namespace ${host.split('.')[1]} at port ${port}`,
        otherPort,
        { summary },
      ),
      address: note<Placed>(
        ({ host, port }) => `the relay calls ${host}, and may reach it at port ${port}`,
        () => undefined,
        { summary },
      ),
      name: error<Placed>(
        ({ host }) =>
          `${host} is not the name of a Service (NAME.NAMESPACE.svc), and a NetworkPolicy can allow other hosts only by address`,
        ({ server }) =>
          `write its address in a file given with --overlay: servers.${server}.http.egress.to: [{ipBlock: {cidr: ADDRESS/32}}]`,
      ),
      self: error<Placed>(
        ({ host }) => `${host} is the gateway's own pod or node, where your server does not run`,
        serviceHint,
      ),
      docker: error<Placed>(
        ({ host }) => `${host} is the machine that runs Docker, which a pod does not have`,
        serviceHint,
      ),
      url: error<Called>(
        ({ url }) => `${quote(url)} is not a valid URL of a server of your own network`,
        () => 'write http://HOST:PORT/PATH, or https',
      ),
      relay: error<Called>(
        ({ server }) =>
          `only the relay calls a server of your own network such as ${quote(server)}, and the overlay turns it off`,
        () => 'remove relay.enabled: false or topology: sidecars from the overlay',
      ),
    },
  },
} satisfies Record<string, Entry>;
