// What python, node, shells and other interpreters do with their arguments: which file they run, which folders they read.

import type { Trace, Word } from './trace.ts';
import { joinPath } from './tree.ts';

/** A program file that is not a script: by its name, it may start or read another. */
export function runBinary(trace: Trace, path: string, rest: readonly Word[], depth: number): void {
  const name = baseName(path);
  if (/^(python|pypy)[\d.]*$/.test(name)) return runPython(trace, path, rest);
  if (/^(node|nodejs|bun|deno|tsx)$/.test(name)) return runNode(trace, rest);
  if (shells.has(name)) return runShell(trace, rest, depth);
  if (/^(tini|tini-static|dumb-init|docker-init|catatonit|nice|env)$/.test(name)) return runWrapped(trace, rest, depth);
  if (/^(su-exec|gosu|setpriv|runuser|su|sudo)$/.test(name)) {
    return trace.stop(`${path} changes the user, which only root with its capabilities can`);
  }
  if (/^(uv|uvx|npm|npx|pnpm|yarn|pipx|poetry|java|ruby|php|perl|dotnet)$/.test(name)) {
    return trace.stop(`what ${path} starts or reads is not followed`);
  }
}

/** A file that begins with `#!`. */
export function runScript(trace: Trace, path: string, text: string, rest: readonly Word[], depth: number): void {
  const [line = '', second = '', third = ''] = text.split('\n');
  const [, interpreter = '', argument = ''] = /^#!\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
  const script: Word = { text: path };
  if (baseName(interpreter) === 'env') {
    trace.need('run', interpreter);
    const words = argument.replace(/^(-S|--split-string=?)\s*/, '').split(/\s+/);
    const program = words.findIndex((word) => !word.startsWith('-') && !word.includes('='));
    const [first = '', ...options] = words.slice(program);
    return trace.execute([{ text: first }, ...options.map((option) => ({ text: option })), script, ...rest], depth + 1);
  }
  const python = shells.has(baseName(interpreter)) ? polyglotPython(path, [second, third]) : undefined;
  if (python !== undefined) {
    trace.need('run', interpreter);
    return trace.execute([{ text: python }, script, ...rest], depth + 1);
  }
  if (shells.has(baseName(interpreter))) {
    trace.need('run', interpreter);
    return runAfterShellScript(trace, path, rest, depth);
  }
  const options = argument === '' ? [] : [{ text: argument }];
  return trace.execute([{ text: interpreter }, ...options, script, ...rest], depth + 1);
}

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh']);

/**
 * pip and uv write `#!/bin/sh` and `'''exec' /a/long/path/python "$0" "$@"` where a `#!` line would be too long or must be
 * relative: `'''exec' "$(dirname -- "$(realpath -- "$0")")"/'python' …`.
 */
function polyglotPython(path: string, lines: readonly string[]): string | undefined {
  const line = lines
    .find((candidate) => candidate.startsWith("'''exec'"))
    ?.slice("'''exec'".length)
    .trim();
  if (line === undefined) return undefined;
  const relative = /^"\$\(dirname .*?\)"\/'?([^'"\s]+)'?/.exec(line)?.[1];
  if (relative !== undefined) return joinPath(joinPath(path, '..'), relative);
  return /^(?:'([^']+)'|"([^"$]+)"|([^\s'"$]+))/
    .exec(line)
    ?.slice(1)
    .find((match) => match !== undefined);
}

/** An entrypoint script of a shell ends, as a rule, with `exec "$@"`: then the arguments are a program of their own. */
function runAfterShellScript(trace: Trace, path: string, rest: readonly Word[], depth: number): void {
  const [next] = rest;
  if (!next) return;
  if (trace.findProgram(next.text) !== undefined) return trace.execute(rest, depth + 1);
  // The one of Docker's node images puts node before what is not a program.
  if (baseName(path) === 'docker-entrypoint.sh' && trace.findProgram('node') !== undefined) {
    trace.use(next);
    return trace.execute([{ text: 'node' }, ...rest], depth + 1);
  }
}

function runShell(trace: Trace, rest: readonly Word[], depth: number): void {
  const index = rest.findIndex(({ text }) => !text.startsWith('-') || text.includes('c'));
  const word = rest[index];
  if (!word) return;
  trace.use(word);
  if (!word.text.startsWith('-')) {
    const path = trace.absolute(word.text);
    trace.need('read', path);
    return runAfterShellScript(trace, path, rest.slice(index + 1), depth);
  }
  const text = rest[index + 1];
  if (!text) return;
  trace.use(text);
  const command = text.text.trim().replace(/^exec\s+/, '');
  if (!/^[\w./@:+=,%-]+(\s+([\w./@:+=,%-]+|"?\$[@*]"?))*$/.test(command)) {
    return trace.stop(`what the shell makes of ${JSON.stringify(text.text)} is not followed`);
  }
  const words = command.split(/\s+/).filter((part) => !part.includes('$'));
  trace.execute(
    words.map((part) => ({ text: part })),
    depth + 1,
  );
}

/** `tini -g -- program`, `env NAME=value program` */
function runWrapped(trace: Trace, rest: readonly Word[], depth: number): void {
  let index = 0;
  for (; index < rest.length; index++) {
    const text = rest[index]?.text ?? '';
    if (text === '--') {
      index++;
      break;
    }
    if (/^-[epnru]$/.test(text)) index++;
    else if (!text.startsWith('-') && !/^\w+=/.test(text)) break;
  }
  trace.execute(rest.slice(index), depth + 1);
}

const nodeOptionsWithValue = /^(-r|-C|--require|--import|--loader|--experimental-loader|--conditions|--env-file)$/;

function runNode(trace: Trace, rest: readonly Word[]): void {
  const script = firstArgument(trace, rest, nodeOptionsWithValue, /^(-e|-p|--eval|--print)$/);
  if (!script || script.text === 'run') return;
  const path = trace.absolute(script.text);
  const endings = ['', '.js', '.json', '.node', '/index.js', '/index.mjs', '/index.ts'];
  const file = endings.map((ending) => `${path}${ending}`).find((candidate) => trace.isThere(candidate, 'file'));
  trace.need('read', file ?? path);
  if (file === undefined) return;
  // Modules are looked for in every node_modules from the file's real place upwards.
  for (let folder = joinPath(trace.realPath(file), '..'); folder !== '/'; folder = joinPath(folder, '..')) {
    if (trace.isThere(`${folder}/node_modules`, 'directory')) trace.needFolder(`${folder}/node_modules`);
    if (trace.isThere(`${folder}/package.json`, 'file')) trace.need('read', `${folder}/package.json`);
  }
}

function runPython(trace: Trace, path: string, rest: readonly Word[]): void {
  const folder = joinPath(path, '..');
  const venv = [joinPath(folder, '..'), folder].find((candidate) => trace.isThere(`${candidate}/pyvenv.cfg`, 'file'));
  const version = /(\d+\.\d+)/.exec(baseName(trace.realPath(path)))?.[1];
  let home = joinPath(trace.realPath(path), '..');
  const packages: string[] = [];
  if (venv !== undefined) {
    trace.need('read', `${venv}/pyvenv.cfg`);
    home = /^\s*home\s*=\s*(\S.*?)\s*$/m.exec(trace.textOf(`${venv}/pyvenv.cfg`) ?? '')?.[1] ?? home;
    packages.push(...libraryFolders(trace, venv, version).map((library) => `${library}/site-packages`));
  }
  const prefix = joinPath(home, '..');
  for (const library of [...libraryFolders(trace, prefix, version), ...packages]) {
    if (!trace.isThere(library, 'directory')) continue;
    trace.needFolder(library);
    for (const editable of editablePaths(trace, library)) trace.needFolder(editable);
  }
  const script = firstArgument(trace, rest, /^-[WX]$/, /^-c$/, /^-m$/);
  if (!script) return;
  const file = trace.absolute(script.text);
  trace.need('read', trace.isThere(`${file}/__main__.py`, 'file') ? `${file}/__main__.py` : file);
}

/** `lib/python3.11`, whichever version there is if the interpreter's name does not say it. */
function libraryFolders(trace: Trace, prefix: string, version: string | undefined): string[] {
  const lib = trace.entryAt(`${prefix}/lib`);
  if (lib?.kind !== 'directory') return [];
  const all = [...lib.children.keys()].filter((name) => /^(python|pypy)\d+\.\d+$/.test(name)).sort();
  const exact = all.filter((name) => version !== undefined && name.endsWith(version));
  return (exact.length > 0 ? exact : all).map((name) => `${prefix}/lib/${name}`);
}

/** Packages installed "editable" stand elsewhere; a .pth file holds the path. */
function editablePaths(trace: Trace, library: string): string[] {
  const folder = trace.entryAt(library);
  if (folder?.kind !== 'directory') return [];
  return [...folder.children.keys()]
    .filter((name) => name.endsWith('.pth'))
    .sort()
    .flatMap((name) => (trace.textOf(`${library}/${name}`) ?? '').split('\n'))
    .map((line) => line.trim())
    .filter((line) => line.startsWith('/') && trace.isThere(line, 'directory'));
}

/** The first argument that is not an option; the words up to it decide what runs. Nothing after one of `last`. */
function firstArgument(
  trace: Trace,
  words: readonly Word[],
  withValue: RegExp,
  last: RegExp,
  named?: RegExp,
): Word | undefined {
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (!word) return undefined;
    trace.use(word);
    if (last.test(word.text) || named?.test(word.text)) {
      const value = words[index + 1];
      if (value) trace.use(value);
      return undefined;
    }
    if (withValue.test(word.text)) index++;
    else if (!word.text.startsWith('-')) return word;
  }
  return undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
