// The first lines of files that mcpgen writes: what they were made from, and the schema that editors check them with.

import { basename, isAbsolute } from 'node:path';
import { printable } from '../printable.ts';
import { schemaLine } from '../schema-line.ts';
import { version } from '../version.ts';
import type { InputOptions } from './input-options.ts';

/**
 * Says from which files it is, in the order of the arguments and then of the options. Folders of the machine are left out, so that
 * the same input makes the same text everywhere. A name stays a part of the comment, whatever is in it.
 */
export function originLine(catalogs: readonly string[], options: InputOptions): string {
  const { config, registry, toolsConfig, overlay = [], entrypoints, lock = [] } = options;
  const names = [catalogs, config, registry, toolsConfig, overlay, entrypoints, lock].flat();
  return `# Written by mcpgen ${version} from ${names.map(shown).join(', ')}.\n`;
}

/** The same of values, which have a schema. */
export function valuesOrigin(catalogs: readonly string[], options: InputOptions): string {
  return originLine(catalogs, options) + schemaLine('values');
}

function shown(name: string): string {
  if (name === '-') return 'standard input';
  return printable(isAbsolute(name) ? basename(name) : name);
}
