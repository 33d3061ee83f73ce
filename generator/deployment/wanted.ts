// What the servers of a catalog want to know of their images.

import { compare } from '../diagnostics.ts';
import { evaluateList } from '../catalog/expression.ts';
import { serverConfig } from '../catalog/go-yaml.ts';
import { type EvaluatedServer, evaluateServers } from '../evaluate.ts';
import type { Loaded } from '../load.ts';
import { chartDefaults } from '../chart-defaults.ts';
import { parseBind } from '../workload/bind.ts';
import { findCredentials } from '../workload/credentials.ts';
import { writtenByContainer, writtenByVolumes } from '../workload/written.ts';
import type { Wanted } from '../image/inspect.ts';

/** Images of the chart itself. */
export interface OwnImages {
  readonly gateway: string;
  /** Empty: none. */
  readonly relay: string;
}

/** What the chart runs when nothing says otherwise. */
export const defaultImages: OwnImages = {
  gateway: `${chartDefaults.gatewayImage.repository}:${chartDefaults.gatewayImage.tag}`,
  relay: `${chartDefaults.relayImage.repository}:${chartDefaults.relayImage.tag}`,
};

/** One entry per image, sorted; those of the chart itself among them: the relay's where it has servers to dial. */
export function wantedImages(loaded: Loaded, own: OwnImages): Wanted[] {
  const servers = evaluateServers(loaded, new Map()).value.filter(({ kind, image }) => kind === 'container' && image);
  const ownImages = [own.gateway, ...(servers.length > 0 && own.relay !== '' ? [own.relay] : [])];
  const images = new Map<string, Wanted>(
    ownImages.map((reference) => [reference, { reference, commands: [], places: [], users: [] }]),
  );
  for (const record of servers) {
    const { image: reference = '', command, volumes, user } = withoutCredentials(record, loaded);
    const known = images.get(reference) ?? { reference, commands: [], places: [], users: [] };
    const targets = volumes.flatMap((text) => {
      const bind = parseBind(text);
      return 'target' in bind && bind.target.startsWith('/') ? [bind.target] : [];
    });
    images.set(reference, {
      reference,
      commands: command.length > 0 ? [...known.commands, command] : known.commands,
      places: [...new Set([...known.places, ...targets])],
      users: user === null ? known.users : [...new Set([...known.users, user])],
    });
  }
  return [...images.values()].sort((a, b) => compare(a.reference, b.reference));
}

/** A lock file must not hold a credential, and finding out what an image needs takes none. */
function withoutCredentials(record: EvaluatedServer, { catalog, config }: Loaded): EvaluatedServer {
  const server = catalog.get(record.server);
  if (!server) return record;
  const own = serverConfig(config, server.name);
  let start = 0;
  const args = server.command.map((text) => {
    const end = start + evaluateList([text], own).length;
    const words = record.command.slice(start, end);
    start = end;
    return words;
  });
  const written = [
    ...writtenByContainer(server, own, { env: {}, args, ofImage: [] }),
    ...writtenByVolumes(server, own),
  ];
  const context = { configPlaces: new Map(), allowPlain: new Set<string>() };
  const secret = new Set(findCredentials(server, own, written, context).texts);
  return {
    ...record,
    command: record.command.map((word) => (secret.has(word) ? '' : word)),
    volumes: record.volumes.filter((volume) => !secret.has(volume)),
    user: record.user !== null && secret.has(record.user) ? null : record.user,
  };
}
