// `--resolve`: looks into the images now, as `mcpgen lock` does, and writes no lock file.

import { type Diagnostic, hasErrors } from '../diagnostics.ts';
import { defaultImages } from '../deployment/wanted.ts';
import { formatLock } from '../image/lock.ts';
import { lockFileName } from '../image/lock-file-name.ts';
import type { TextFile } from '../load.ts';
import { select, type SelectInput } from '../prepare.ts';
import type { CompileOptions } from './input-options.ts';
import type { Io } from './io.ts';
import { makeLock, readInput } from './lock.ts';

/** The platform whose files --resolve looks at; mcpgen lock can look at others. */
const platform = 'linux/amd64';

interface Resolved {
  /** The catalogs, those in registries among them. */
  readonly input: SelectInput;
  readonly lock?: TextFile;
  readonly diagnostics: readonly Diagnostic[];
  readonly isUnreadable?: boolean;
}

/** What is found goes through the lock file's form, so that it counts for as much. */
export async function resolve(catalogs: string[], options: CompileOptions, io: Io): Promise<Resolved> {
  const input = await readInput(catalogs, { ...options, platform }, io);
  const { value, diagnostics: mistakes } = select(input);
  if (hasErrors(mistakes)) return { input, diagnostics: [] }; // compiling tells them
  const own = { gatewayImage: defaultImages.gateway, relayImage: defaultImages.relay };
  const access = { ...options, ...own, platform, parallel: 4 };
  const { lock, diagnostics, isUnreadable, bug } = await makeLock(value.loaded, undefined, access, io);
  if (bug !== undefined) throw bug;
  return { input, lock: { name: lockFileName, text: formatLock(lock) }, diagnostics, isUnreadable };
}
