// Pages with transcripts: runs their commands in a shell, and holds what they print to what is shown. `npm run golden` writes them.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from '../generator/cli.ts';
import { version } from '../generator/version.ts';

const root = join(import.meta.dirname, '..');
const pages = ['catalogs', 'cli', 'internal-servers', 'overlays', 'registries', 'secrets'].map((name) =>
  join(root, 'docs', `${name}.md`),
);
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Blocks of the page: files with a name, and transcripts. */
const block = /^```(?:\w+ ([\w./-]+)|console)\n([^]*?)^```$/gm;

test.each(pages)('%s shows what its commands print', async (page) => {
  const own = mkdtempSync(join(folder, 'page-'));
  const bin = join(own, 'bin');
  const work = join(own, 'work');
  for (const name of [bin, work]) mkdirSync(name);
  writeFileSync(join(bin, 'mcpgen'), `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/bin.js')}' "$@"\n`);
  chmodSync(join(bin, 'mcpgen'), 0o755);
  const shell = (line: string): string => {
    const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: folder };
    const { stdout, status } = spawnSync('sh', ['-c', `exec 2>&1\n${line}`], { cwd: work, env, encoding: 'utf8' });
    expect(status, `${line}\n${stdout}`).toBeLessThan(2);
    const shown = stdout.replaceAll(`by mcpgen ${version} `, 'by mcpgen VERSION ');
    return shown === '' || shown.endsWith('\n') ? shown : `${shown}\n`;
  };
  const text = readFileSync(page, 'utf8').replace(block, (whole, name: string | undefined, body: string) => {
    if (name !== undefined) {
      mkdirSync(dirname(join(work, name)), { recursive: true });
      writeFileSync(join(work, name), body);
      return whole;
    }
    const lines = [...body.matchAll(/^\$ (.*)$/gm)].map(([, line = '']) => line);
    return `\`\`\`console\n${lines.map((line) => `$ ${line}\n${shell(line)}`).join('')}\`\`\``;
  });
  await expect(text).toMatchFileSnapshot(page);
});

test('docs/cli.md has a section for each command', async () => {
  let help = '';
  const io = {
    stdin: process.stdin,
    writeOut: async (text: string) => void (help += text),
    writeError: async () => {},
  };
  await run(['--help'], { ...io, color: false });
  const [, listed = ''] = /^Commands:\n((?: {2}.*\n)+)/m.exec(help) ?? [];
  const commands = [...listed.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
  expect(commands).toContain('compose');
  const sections = [...readFileSync(join(root, 'docs/cli.md'), 'utf8').matchAll(/^## mcpgen (\w+)$/gm)].map(
    ([, name]) => name,
  );
  expect(sections).toEqual(
    expect.arrayContaining(commands.filter((name) => name !== undefined && !older.includes(name))),
  );
});

/** Shown elsewhere, as they need a registry or a cluster, or were there before this page. */
const older = ['evaluate', 'explain', 'lock', 'images', 'status', 'pull'];
