// Reads YAML as Helm, kubectl and the API server do: with sigs.k8s.io/yaml, by the Go program in test/readback.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What a document says, or why Go refuses it. */
export type Readback = { readonly value: unknown } | { readonly error: string };

/** The documents of a text. */
export function readback(text: string): Readback[] {
  const program = join(import.meta.dirname, '../.tools/bin/readback');
  const { status, stdout, stderr, error } = spawnSync(program, { input: text, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (error) throw new Error(`readback is missing, run \`npm test\` once: ${error.message}`);
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readback);
}
