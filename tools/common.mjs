// What all scripts of this folder share: paths, messages, running programs. No dependencies: it runs before `npm ci`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const TOOLS = join(ROOT, '.tools');

/** A failure that is not this project's: its message says what is missing, why it is needed and what to do. */
export class UserError extends Error {}

/** Runs a script's main function; its value is the exit status, a UserError is printed plainly and exits with 2. */
export async function start(main) {
  try {
    const [major, minor] = process.versions.node.split('.').map(Number);
    if (major < 20 || (major === 20 && minor < 19)) {
      throw new UserError(
        `Node.js ${process.versions.node} is too old: mcpgen and its tools need 20.19 or newer; install a newer one from https://nodejs.org or your package manager.`,
      );
    }
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 2;
  }
}

/** A line about a slow step. On stderr, so that stdout holds only results. */
export function say(line) {
  console.error(line);
}

/** Runs a program to its end and returns `{status, stdout, stderr}`; status 127 when it does not exist, 124 after `timeout`. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (['ENOENT', 'EACCES'].includes(result.error?.code))
    return { status: 127, stdout: '', stderr: `${command}: not found` };
  if (result.error?.code === 'ETIMEDOUT') {
    return { status: 124, stdout: result.stdout ?? '', stderr: `${command}: no end after ${options.timeout / 1000} s` };
  }
  if (result.error) throw result.error;
  return { status: result.status ?? 1, stdout: result.stdout ?? '', stderr: result.stderr ?? '' };
}

/** Like run(), but a failure is a UserError with `message` and the program's output. */
export function mustRun(message, command, args, options) {
  const result = run(command, args, options);
  if (result.status === 0) return result;
  throw new UserError(`${message}\n${indent(shorten(result.stdout + result.stderr), 2)}`);
}

/** A short hash over the contents of files and further strings: when it changes, what was made from them is made again. */
export function fingerprint(files, ...more) {
  const hash = createHash('sha256');
  for (const part of [...files.map((file) => readFileSync(file)), ...more]) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** The beginning and the end of a long output: one of them says what is wrong. */
function shorten(text) {
  const lines = text.trimEnd().split('\n');
  return lines.length <= 30 ? text : [...lines.slice(0, 15), '…', ...lines.slice(-15)].join('\n');
}

export function oneOf(list) {
  return list[Math.floor(Math.random() * list.length)];
}

export function indent(text, width) {
  return text.trimEnd().replace(/^/gm, ' '.repeat(width));
}

/** Only one process at a time does `action`; another one waits until the first is done. */
export async function exclusively(action) {
  const lock = join(TOOLS, 'lock');
  mkdirSync(TOOLS, { recursive: true });
  const giveUp = Date.now() + 20 * 60_000;
  for (let told = false; !acquire(lock); told = true) {
    if (!told) say(`waiting for another set-up (process ${readFileSync(lock)}) to finish…`);
    if (Date.now() > giveUp)
      throw new UserError(`waited 20 minutes for another set-up; if none is running, remove ${lock}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await action();
  } finally {
    rmSync(lock);
  }
}

function acquire(lock) {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock); // unlike opening the file, makes it appear together with its content
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    removeIfStale(lock);
    return false;
  } finally {
    rmSync(mine);
  }
}

/** A process that was killed leaves its lock behind. */
function removeIfStale(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
  } catch (error) {
    if (error.code === 'ESRCH') rmSync(lock, { force: true });
  }
}
