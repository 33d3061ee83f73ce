// Asks the Go program, and loads the TypeScript side. Needs Go; the tests do not, they read cases.json.

import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

export const folder = fileURLToPath(new URL('.', import.meta.url));

/** A module of this folder, with its TypeScript turned into JavaScript: Node 20 does not do that by itself. */
export async function load(name) {
  return (await runnerImport(folder + name)).module;
}

/** The gateway's answers, in the order of the cases. An error's wording is Go's own and not compared. */
export function ask(cases) {
  const program = join(tmpdir(), 'mcpgen-oracle');
  execFileSync('go', ['build', '-o', program, '.'], { cwd: folder, stdio: 'inherit' });
  const input = cases.map((question) => `${JSON.stringify(question)}\n`).join('');
  const output = execFileSync(program, { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map((answer) => ('error' in answer || 'panic' in answer ? { error: true } : withoutListType(answer)));
}

/** Go has two types of lists, []string and []interface{}, which nothing tells apart. */
function withoutListType(answer) {
  return answer.goType === '[]string' ? { ...answer, goType: '[]interface {}' } : answer;
}
