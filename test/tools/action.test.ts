// The GitHub Action and the pre-commit hook: runs the lines that they run, in a repository with a catalog.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-action-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Step {
  readonly uses?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}
const text = readFileSync(join(root, 'action.yml'), 'utf8');
const { inputs, runs } = parse(text) as Action;

const bin = join(folder, 'bin');
mkdirSync(bin);
symlinkSync(join(root, '.tools/bin/helm3'), join(bin, 'helm'));
writeFileSync(join(bin, 'mcpgen'), `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/bin.js')}' "$@"\n`, {
  mode: 0o755,
});
const path = `${bin}:${process.env['PATH']}`;

const catalog = (egress: string): string => `registry: {a: {image: mcp/a, ${egress}}}\n`;
let work = '';
const write = (name: string, content: string): void => writeFileSync(join(work, name), content);
const git = (...args: string[]): unknown =>
  execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e', ...args], { cwd: work, stdio: 'ignore' });
const compileArgs = ['catalog.yaml', '--entrypoints', 'entrypoints.yaml', '-o', 'values.yaml'];
const compile = (): unknown => execFileSync(join(bin, 'mcpgen'), compileArgs, { cwd: work, stdio: 'ignore' });

beforeEach(() => {
  work = mkdtempSync(join(folder, 'work-'));
  write('catalog.yaml', catalog('disableNetwork: true'));
  write('entrypoints.yaml', 'a: [serve]\n');
  compile();
  git('init', '--initial-branch', 'main');
  git('add', '.');
  git('commit', '--message', 'first');
});

/** As a runner does: every step with bash, until one fails. */
function runAction(given: Readonly<Record<string, string>>): { status: number; output: string; summary: string } {
  const value = (name: string): string => given[name] ?? inputs[name]?.default ?? '';
  const fill = (content: string): string =>
    content.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => value(name));
  const summary = join(work, 'summary.md');
  writeFileSync(summary, '');
  let [status, output] = [0, ''];
  for (const { run, env = {}, if: condition } of runs.steps) {
    if (run === undefined || status !== 0 || (condition === "inputs.base != ''" && value('base') === '')) continue;
    const own = Object.fromEntries(Object.entries(env).map(([name, content]) => [name, fill(content)]));
    const github = { GITHUB_ACTION_PATH: root, GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: work };
    const ended = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: work,
      env: { PATH: path, HOME: work, ...github, ...own },
      encoding: 'utf8',
    });
    status = ended.status ?? 1;
    output += ended.stdout + ended.stderr;
  }
  return { status, output, summary: readFileSync(summary, 'utf8') };
}

const given = {
  catalog: 'catalog.yaml',
  values: 'values.yaml',
  options: '--entrypoints entrypoints.yaml',
  base: 'main',
};

describe('the action', () => {
  test('has no expression in a line of a shell, and other actions by the hash of a commit', () => {
    for (const { run = '', uses, shell } of runs.steps) {
      expect(run).not.toContain('${{');
      expect(uses === undefined ? shell : uses).toMatch(/^bash$|^[\w./-]+@[0-9a-f]{40}$/);
    }
    expect([...text.matchAll(/inputs\.([\w-]+)/g)].filter(([, name = '']) => !(name in inputs))).toEqual([]);
  });

  test('passes where nothing changed, and renders', () => {
    const { status, output, summary } = runAction(given);
    expect([status, output]).toEqual([0, '']);
    expect(summary).toBe('Nothing that matters for security has changed.\n');
    expect(readFileSync(join(work, 'mcpgen-manifests.yaml'), 'utf8')).toMatch(/^ {2}name: "?mcp-a"?$/m);
  });

  test('fails where more may be reached, and the summary says so', () => {
    write('catalog.yaml', catalog('longLived: true'));
    compile();
    const { status, summary } = runAction(given);
    expect(status).toBe(1);
    expect(summary).toContain('**widening**');
    expect(runAction({ ...given, base: '' }).status).toBe(0);
  });

  test('fails where the values are out of date, with what to run', () => {
    write('catalog.yaml', catalog('longLived: true'));
    const { status, output } = runAction(given);
    expect(status).toBe(1);
    expect(output).toContain('run mcpgen catalog.yaml --entrypoints entrypoints.yaml -o values.yaml');
  });

  /** Lines that the runner takes for commands: at their beginning, and of the old kind anywhere, unless they are between these two. */
  const commandsIn = (output: string): readonly string[] =>
    output
      .replaceAll(/^::stop-commands::(\S+)$[^]*?^::\1::$/gm, '')
      .split('\n')
      .filter((line) => /^\s*::|##\[/.test(line));

  test('lets no line of a file be a command for the runner', () => {
    const hostile = '# a\n  ::warning::from a file\n::add-mask::a\n##[error]b\n';
    write('values.yaml', `${readFileSync(join(work, 'values.yaml'), 'utf8')}${hostile}`);
    const { status, output } = runAction(given);
    expect([status, output]).toEqual([1, expect.stringContaining('::warning::from a file')]);
    expect(commandsIn(output)).toEqual([expect.stringMatching(/^::error::values\.yaml is not what/)]);
  });

  test('lets no message of Helm be one', () => {
    write('overlay.yaml', 'extraObjects: ["{{ fail \\"a\\\\n::warning::from a file\\\\n##[error]b\\" }}"]\n');
    const options = [...compileArgs, '--overlay', 'overlay.yaml'];
    execFileSync(join(bin, 'mcpgen'), options, { cwd: work, stdio: 'ignore' });
    const { status, output } = runAction({ ...given, options: `${given.options} --overlay overlay.yaml` });
    expect([status, output]).toEqual([1, expect.stringContaining('from a file')]);
    expect(commandsIn(output)).toEqual(['::error::the chart does not render with values.yaml']);
  });

  test('fails at a mistake, with an annotation; and at a base that is not there', () => {
    write('catalog.yaml', 'registry: {a: {}}\n');
    const mistaken = runAction(given);
    expect(mistaken.status).toBe(1);
    expect(mistaken.output).toMatch(/^::error file=catalog\.yaml,line=1/m);
    write('catalog.yaml', catalog('disableNetwork: true'));
    expect(runAction({ ...given, base: 'typo' })).toMatchObject({
      status: 1,
      output: expect.stringContaining('::error::typo is not a revision'),
    });
  });

  test('compares with nothing where the values are new', () => {
    git('rm', '--cached', 'values.yaml');
    git('commit', '--message', 'second');
    expect(runAction(given)).toMatchObject({ status: 0, summary: expect.stringContaining('nothing to compare with') });
  });
});

describe('the pre-commit hook', () => {
  const [hook] = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')) as [{ entry: string }];
  const run = (): { status: number | null; stderr: string } => {
    const line = [hook.entry, ...compileArgs].join(' ');
    return spawnSync('sh', ['-c', line], { cwd: work, env: { PATH: path, HOME: work }, encoding: 'utf8' });
  };
  const isChanged = (): boolean => spawnSync('git', ['diff', '--quiet', 'values.yaml'], { cwd: work }).status !== 0;

  test('changes nothing where the values are fresh, writes them where they are not, and fails at a mistake', () => {
    expect([run().status, isChanged()]).toEqual([0, false]);
    write('catalog.yaml', catalog('longLived: true'));
    expect([run().status, isChanged()]).toEqual([0, true]);
    write('catalog.yaml', 'registry: {a: {}}\n');
    expect(run().status).toBe(1);
  });
});
