// Compiling, once `mcpgen CATALOG...` has its arguments.

import { compile } from '../compile.ts';
import type { CompileOptions } from './input-options.ts';
import { finish } from './finish.ts';
import { readInputs } from './inputs.ts';
import { type Io, writeOutput } from './io.ts';
import { valuesOrigin } from './origin.ts';

export async function runCompile(catalogs: string[], options: CompileOptions, io: Io): Promise<number> {
  // Only --resolve needs what reads registries.
  const found = options.resolve ? await (await import('./resolve.ts')).resolve(catalogs, options, io) : undefined;
  const { input, diagnostics: ofFiles } = await readInputs(catalogs, options, io, found?.input);
  if (found?.isUnreadable) {
    await finish(found.diagnostics, options, io);
    return 2;
  }
  const { lock: lockFile, ...others } = input;
  const lock = found ? found.lock : lockFile;
  const { value, diagnostics } = compile({ ...others, ...(lock && { lock }) });
  const failed = await finish([...ofFiles, ...(found?.diagnostics ?? []), ...diagnostics], options, io);
  if (failed || !value) return 1;
  const text = valuesOrigin(catalogs, options) + value.text;
  await writeOutput(options.output, text, io);
  return 0;
}
