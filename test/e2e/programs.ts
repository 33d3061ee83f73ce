// Runs kubectl, helm and mcpgen, each with a time limit.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = join(import.meta.dirname, '../..');

const execute = promisify(execFile);

/** Runs a program and gives its stdout; the error of one that fails or takes too long holds all its output. */
export async function run(command: string, args: string[], seconds: number): Promise<string> {
  return (await execute(command, args, { cwd: ROOT, timeout: seconds * 1000, maxBuffer: 1 << 26 })).stdout;
}

export function kubectl(...args: string[]): Promise<string> {
  return run('kubectl', args, 150);
}

export async function kubectlJson<T>(...args: string[]): Promise<T> {
  return JSON.parse(await kubectl(...args, '-o', 'json')) as T;
}

/** Runs a helm of the major version 3 or 4. */
export function helm(major: 3 | 4, ...args: string[]): Promise<string> {
  return run(join(ROOT, `.tools/bin/helm${major}`), args, 330);
}
