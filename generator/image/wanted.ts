// What the servers of a catalog want to know of their images.

import { compare } from '../diagnostics.ts';
import { evaluateServers } from '../evaluate.ts';
import type { Loaded } from '../load.ts';
import { parseBind } from '../workload/bind.ts';
import type { Wanted } from './inspect.ts';

/** One entry per image, sorted; the gateway's own image among them. */
export function wantedImages(loaded: Loaded, gatewayImage: string): Wanted[] {
  const servers = evaluateServers(loaded, new Map()).value.filter(({ kind, image }) => kind === 'container' && image);
  const images = new Map<string, Wanted>([
    [gatewayImage, { reference: gatewayImage, commands: [], places: [], users: [] }],
  ]);
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
