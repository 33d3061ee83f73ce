// A YAML text with positions: every later stage points back into it by path.

import { isCollection, isMap, isPair, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { Diagnostic, Position, Result } from './diagnostics.ts';

/** Keys and indices from the root of a document, e.g. `['registry', 'time', 'command', 0]`. */
export type Path = readonly (string | number)[];

export interface SourceFile {
  /** As the user named it; `<stdin>` for standard input. */
  readonly name: string;
  readonly text: string;
  readonly document: Document.Parsed;
  readonly lineCounter: LineCounter;
}
