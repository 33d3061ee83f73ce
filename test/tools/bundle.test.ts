// The programs that run in pods: each copy has the licences of the packages that are part of it.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const text = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

/** Packages that the sources in a folder import. */
function packagesOf(folder: string): string[] {
  const sources = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'));
  const imported = sources.flatMap((name) => [
    ...text(folder, name).matchAll(/^(?:import|export) (?!type )[^;]*? from '([^.'][^']*)'/gms),
  ]);
  return [...new Set(imported.map(([, name = '']) => name))].filter((name) => !name.startsWith('node:'));
}

test.each([
  ['relay', ['relay']],
  ['door', ['door', 'relay']],
])('%s.mjs has the notices of the packages that %j import', (program, folders) => {
  const packages = folders.flatMap(packagesOf);
  expect(packages).toHaveLength(folders.length);
  const bundle = text('chart/files', `${program}.mjs`);
  for (const name of packages) {
    const folder = join('node_modules', name);
    const file = ['LICENSE', 'LICENSE.md'].find((one) => existsSync(join(root, folder, one))) ?? '';
    const notice = text(folder, file).trim().split('\n');
    expect(notice.join('\n')).toMatch(/copyright/i);
    expect(bundle).toContain(notice.map((line) => `// ${line}`.trimEnd()).join('\n'));
  }
});
