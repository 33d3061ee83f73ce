// Values of a deployment, from values files or from the catalogs that compile to them.

import { compile } from '../compile.ts';
import { type Diagnostic, hasErrors } from '../diagnostics.ts';
import { imageArgument } from '../image/self-described.ts';
import type { TextFile } from '../load.ts';
import { mergeValues, readOverlay, type ValuesTree } from '../overlay.ts';
import { readSource } from '../source.ts';
import { isTreeMap, type Tree } from '../tree.ts';
import type { InputOptions } from './input-options.ts';
import { readInputs, readLoadInput } from './inputs.ts';
import { type Io, readFiles } from './io.ts';

export interface ReadValues {
  /** Absent with errors. */
  readonly values?: ValuesTree;
  readonly diagnostics: readonly Diagnostic[];
}

/** Of files that are all values, the last one wins; anything else is compiled. */
export async function readValues(names: readonly string[], options: InputOptions, io: Io): Promise<ReadValues> {
  // A catalog that an image carries is in the lock, and no file.
  const areFiles = names.every((name) => imageArgument(name) === undefined);
  const files = areFiles ? await readFiles(names, io) : undefined;
  return readValuesOf(files, names, options, io);
}

/** The same of files that are read already; undefined: those that the names name. */
export async function readValuesOf(
  files: readonly TextFile[] | undefined,
  names: readonly string[],
  options: InputOptions,
  io: Io,
): Promise<ReadValues> {
  const trees = files?.map(({ name, text }) => readSource(name, text).value?.tree ?? null);
  if (files && trees && areValues(trees)) return mergeFiles(files);
  const catalogs = files ? { ...(await readLoadInput([], options, io)), catalogs: files } : undefined;
  const { input, diagnostics: ofFiles } = await readInputs(names, options, io, catalogs);
  const { value, diagnostics } = compile(input);
  return { ...(value && { values: { ...value.values } }), diagnostics: [...ofFiles, ...diagnostics] };
}

/** Whether all files are values: no catalog has these keys but a profile, whose servers are a list. */
export function areValues(trees: readonly Tree[]): boolean {
  const isValues = (tree: Tree): boolean =>
    isTreeMap(tree) && ['servers', 'gateway', 'bridge'].some((key) => key in tree) && !Array.isArray(tree['servers']);
  return trees.length > 0 && trees.every(isValues);
}

function mergeFiles(files: readonly TextFile[]): ReadValues {
  const diagnostics: Diagnostic[] = [];
  let values: ValuesTree = {};
  for (const { name, text } of files) {
    const source = readSource(name, text);
    const read = source.value ? readOverlay(source.value) : { value: undefined, diagnostics: [] };
    diagnostics.push(...source.diagnostics, ...read.diagnostics);
    values = mergeValues(values, read.value?.values ?? {}) as ValuesTree;
  }
  return hasErrors(diagnostics) ? { diagnostics } : { values, diagnostics };
}
