// docs/library.md: its example has the types that the package declares, and prints what the page says.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-library-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the example compiles with strict types, and prints what the page shows', async () => {
  const page = readFileSync(join(root, 'docs/library.md'), 'utf8');
  const block = (kind: string): string => new RegExp(`^\`\`\`${kind}\n([^]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? '';
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/mcpgen'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'example.ts'), block('ts example.ts'));
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    module: 'nodenext',
    target: 'es2022',
    types: [],
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...compilerOptions, lib: ['es2022', 'dom'] }, files: ['example.ts'] }),
  );
  const { stdout, status } = spawnSync(join(root, 'node_modules/.bin/tsc'), [], { cwd: folder, encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, '']);
  const printed = execFileSync(process.execPath, ['example.js'], { cwd: folder, encoding: 'utf8' });
  const shown = page.replace(/^```text\n[^]*?^```$/m, () => `\`\`\`text\n${printed}\`\`\``);
  await expect(shown).toMatchFileSnapshot(join(root, 'docs/library.md'));
});
