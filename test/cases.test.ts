// Runs test/cases: each file holds a command line, the files it names, and what comes of it. `npm run golden` writes them anew.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { run } from '../generator/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-cases-'));
afterAll(() => rmSync(folder, { recursive: true }));

const cases = join(import.meta.dirname, 'cases');

for (const name of readdirSync(cases)) {
  test(name, async () => {
    const file = join(cases, name);
    const { head, command, inputs } = parseCase(readFileSync(file, 'utf8'));
    const { status, stdout, stderr } = await runCase(command, inputs);
    expect(status === 0 || stdout === '', 'nothing on stdout when it fails').toBe(true);
    const sections = [
      head,
      ...inputs.map(([input, text]) => `=== ${input}\n${text}`),
      `=== status\n${status}\n`,
      ...(stdout === '' ? [] : [`=== stdout\n${stdout}`]),
      ...(stderr === '' ? [] : [`=== stderr\n${stderr}`]),
    ];
    await expect(sections.join('')).toMatchFileSnapshot(file);
  });
}

/** Comments, the line `$ mcpgen …`, then sections; those that are results are left out. */
function parseCase(text: string): { head: string; command: string[]; inputs: [string, string][] } {
  const [head = '', ...sections] = text.split(/^(?==== )/m);
  const command = /^\$ mcpgen (.*)$/m.exec(head)?.[1]?.split(' ') ?? [];
  const inputs = sections
    .map((section): [string, string] => [
      section.slice(4, section.indexOf('\n')),
      section.slice(section.indexOf('\n') + 1),
    ])
    .filter(([name]) => !['status', 'stdout', 'stderr'].includes(name));
  return { head, command, inputs };
}

async function runCase(
  command: string[],
  inputs: [string, string][],
): Promise<{ status: number; stdout: string; stderr: string }> {
  for (const [name, text] of inputs) writeFileSync(join(folder, name), text);
  const names = inputs.map(([name]) => name);
  const args = command.map((arg) => (names.includes(arg) ? join(folder, arg) : arg));
  let stdout = '';
  let stderr = '';
  const status = await run(args, {
    stdin: Readable.from([]),
    writeOut: async (text) => void (stdout += text),
    writeError: async (text) => void (stderr += text.replaceAll(`${folder}/`, '')),
    color: false,
  });
  return { status, stdout, stderr };
}
