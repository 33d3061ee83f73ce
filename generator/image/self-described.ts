// Images that carry their own catalog entry, and so can be given as `docker://IMAGE` in place of a catalog.

import { isMap, parseDocument, stringify } from 'yaml';
import { parseReference } from '../registry/reference.ts';

const scheme = 'docker://';

/** The image that an argument names; undefined if it is a file. */
export function imageArgument(argument: string): string | undefined {
  return argument.startsWith(scheme) ? argument.slice(scheme.length) : undefined;
}

/**
 * The catalog that an image's label `io.docker.server.metadata` is: one server, of this image, by the name that the label
 * or else the image gives it (docker/mcp-gateway `getCatalogServerFromImage`). What is wrong with it is told by whoever
 * reads the catalog.
 */
export function selfDescribedCatalog(reference: string, metadata: string): string {
  const document = parseDocument(metadata, { schema: 'failsafe' });
  if (document.errors.length > 0 || !isMap(document.contents)) return metadata;
  const parsed = parseReference(reference);
  const repository = 'reason' in parsed ? reference : parsed.repository;
  if (!document.has('name')) document.set('name', repository.slice(repository.lastIndexOf('/') + 1));
  document.set('type', 'server');
  document.set('image', reference);
  return `# From the label io.docker.server.metadata of ${reference}\n${stringify(document)}`;
}
