// Images that carry their own catalog entry, and so can be given as `docker://IMAGE` in place of a catalog.

import { parseReference } from '../registry/reference.ts';
import { readSource } from '../source.ts';
import { isTreeMap } from '../tree.ts';
import { writeYaml } from '../yaml/write.ts';

const scheme = 'docker://';

/** The image that an argument names; undefined if it is a file. */
export function imageArgument(argument: string): string | undefined {
  return argument.startsWith(scheme) ? argument.slice(scheme.length) : undefined;
}

/**
 * The catalog that an image's label `io.docker.server.metadata` is: one server, of this image, by the name that the label
 * or else the image gives it (docker/mcp-gateway `getCatalogServerFromImage`). Mistakes in it are reported by whoever
 * reads the catalog.
 */
export function selfDescribedCatalog(reference: string, metadata: string): string {
  const tree = readSource('', metadata).value?.tree;
  if (!isTreeMap(tree)) return metadata;
  // It is a server whatever it says, and no list of others.
  const { registry: _, servers: __, ...entry } = tree;
  const parsed = parseReference(reference);
  const repository = 'reason' in parsed ? reference : parsed.repository;
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  return writeYaml({ name, ...entry, type: 'server', image: reference });
}
