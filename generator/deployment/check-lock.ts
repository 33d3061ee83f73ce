// What a lock file decides that nobody else says: compiling asks no registry, so it is told.

import type { CatalogServer } from '../catalog/model.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { Lock } from '../image/lock.ts';
import { parseReference } from '../registry/reference.ts';
import { positionOf, type SourceFile } from '../source.ts';
import { defaultImages } from './wanted.ts';

/** Own images that are not the chart's, and digests that are not those of the references they stand for. */
export function checkLock(lock: Lock, source: SourceFile, servers: readonly CatalogServer[]): Diagnostic[] {
  return [...checkOwnImages(lock, source), ...checkDigests(lock, source, servers)];
}

function checkOwnImages(lock: Lock, source: SourceFile): Diagnostic[] {
  return (['gateway', 'relay'] as const).flatMap((name): Diagnostic[] => {
    const image = lock[name];
    if (image === undefined || image === defaultImages[name]) return [];
    const position = positionOf(source, [name]);
    const reference = parseReference(image);
    if ('reason' in reference) {
      const message = `${name} is no image reference: ${reference.reason}`;
      return [{ severity: 'error', code: 'wrong-value', message, hint: 'write it again with mcpgen lock', position }];
    }
    return [
      {
        severity: 'note',
        code: 'own-image',
        message: `the ${name} runs from ${image}, as the lock says, and not from the chart's ${defaultImages[name]}`,
        hint: `nothing, if it was locked with --${name}-image; else run mcpgen lock`,
        position,
      },
    ];
  });
}

/** A reference by digest needs no lock to say what it means. */
function checkDigests(lock: Lock, source: SourceFile, servers: readonly CatalogServer[]): Diagnostic[] {
  return [...lock.images].flatMap(([image, { digest }]): Diagnostic[] => {
    const said = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
    if (said === undefined || said === digest) return [];
    const server = servers.find((candidate) => candidate.image === image);
    return [
      {
        severity: 'error',
        code: 'stale-lock',
        message: `the lock has the digest ${digest} for the image ${image}, which names another`,
        hint: 'the lock file was changed by hand, or damaged; write it again with mcpgen lock',
        position: positionOf(source, ['images', image, 'digest']),
        ...(server && { server: server.name }),
      },
    ];
  });
}
