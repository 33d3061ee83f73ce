// What a lock file decides that nobody else says: compiling asks no registry, so it is checked.

import type { CatalogServer } from '../catalog/model.ts';
import { diagnose, type Diagnostic } from '../diagnostics.ts';
import type { Lock } from '../image/lock.ts';
import { parseReference, splitReference } from '../registry/reference.ts';
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
      const parameters = { where: name, reason: reference.reason, file: { expected: 'lock' } } as const;
      return [diagnose('wrong-value/reference', parameters, { position })];
    }
    return [diagnose('own-image', { name, image, chartImage: defaultImages[name] }, { position })];
  });
}

/** A reference by digest needs no lock to say what it means. */
function checkDigests(lock: Lock, source: SourceFile, servers: readonly CatalogServer[]): Diagnostic[] {
  return [...lock.images].flatMap(([image, { digest }]): Diagnostic[] => {
    const { digest: said } = splitReference(image);
    if (said === undefined || said === digest) return [];
    const server = servers.find((candidate) => candidate.image === image);
    const position = positionOf(source, ['images', image, 'digest']);
    return [diagnose('stale-lock/digest', { image, digest }, { position, server: server?.name })];
  });
}
