// What the servers of a catalog want to know of their images.

import { compare } from '../diagnostics.ts';
import { evaluateServers } from '../evaluate.ts';
import type { Loaded } from '../load.ts';
import { chartDefaults } from '../chart-defaults.ts';
import { parseBind } from '../workload/bind.ts';
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
  relay: chartDefaults.relayImage,
};

/** One entry per image, sorted; those of the chart itself among them: the relay's where it has servers to dial. */
export function wantedImages(loaded: Loaded, own: OwnImages): Wanted[] {
  const servers = evaluateServers(loaded, new Map()).value.filter(({ kind, image }) => kind === 'container' && image);
  const ownImages = [own.gateway, ...(servers.length > 0 && own.relay !== '' ? [own.relay] : [])];
  const images = new Map<string, Wanted>(
    ownImages.map((reference) => [reference, { reference, commands: [], places: [], users: [] }]),
  );
  for (const { image: reference = '', command, volumes, user } of servers) {
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
