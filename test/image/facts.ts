// Facts of an image that is made of a list of files, without a registry.

import type { ImageFacts } from '../../generator/image/facts.ts';
import { gatherFacts, type Wanted } from '../../generator/image/inspect.ts';
import { readLayer } from '../../generator/image/layers.ts';
import { readConfig } from '../../generator/registry/manifest.ts';
import { mergeLayers } from '../../generator/image/tree.ts';
import { type Config, type File, tar } from './images.ts';

export const digest = `sha256:${'0'.repeat(64)}`;

/** What `mcpgen lock` would say of an image of these files. */
export async function factsFrom(
  config: Config,
  files: readonly File[],
  wanted: Partial<Wanted> = {},
): Promise<ImageFacts> {
  const layer = await readLayer(
    (async function* () {
      yield tar(files);
    })(),
  );
  const resolved = {
    digest,
    platforms: ['linux/amd64'],
    config: readConfig({ os: 'linux', architecture: 'amd64', config }),
    manifest: { config: { digest, size: 0 }, layers: [] },
  };
  return gatherFacts(resolved, mergeLayers([layer]), {
    reference: 'x',
    commands: [],
    places: [],
    users: [],
    ...wanted,
  });
}
