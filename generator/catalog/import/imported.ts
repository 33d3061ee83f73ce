// A server that is described in another form than a catalog's, as the entry of a catalog that Docker's own import makes of it.

import type { Diagnostic } from '../../diagnostics.ts';
import type { Path } from '../../source.ts';
import type { TreeMap } from '../../tree.ts';

export interface Imported {
  readonly name: string;
  /** The entry. */
  readonly tree: TreeMap;
  /** Where in the file a path of the entry comes from. */
  readonly origin: (path: Path) => Path;
  /** What was lost or decided. */
  readonly diagnostics: readonly Diagnostic[];
}
