// `mcpgen diff`: what a change means for security, of files and of Git revisions, with hostile text as text.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Change } from '../../generator/diff/model.ts';
import { mcpgen, type Outcome } from '../mcpgen.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-diff-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const diff = (...args: string[]): Promise<Outcome> => mcpgen('diff', ...args);

const digest = (char: string): string => `mcp/a@sha256:${char.repeat(64)}`;
const server = (fields: string): string => `servers: {a: {image: '${digest('1')}'${fields && `, ${fields}`}}}`;

/** As `FIELD WEIGHT TEXT`. */
async function changes(old: string, now: string): Promise<string[]> {
  const { stdout, stderr } = await diff(file('old.yaml', old), file('new.yaml', now), '--format', 'json');
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as Change[]).map(({ field, weight, text }) => `${field} ${weight} ${text}`);
}

describe('one server', () => {
  test.each([
    ['the same', 'args: [x]', 'args: [x], resources: {limits: {cpu: 1}}', []],
    ['arguments', 'args: [x]', 'args: [x, --all]', ['args changed ["x"] -> ["x","--all"]']],
    [
      'egress to more hosts',
      "egress: {mode: hosts, hosts: ['a.example:443', 'b.example:443']}",
      "egress: {mode: hosts, hosts: ['a.example:443', 'c.example:443']}",
      ['egress widening + c.example:443', 'egress narrowing - b.example:443'],
    ],
    ['egress closed', '', 'egress: {mode: none}', ['egress narrowing {"mode":"internet"} -> {"mode":"none"}']],
    [
      'a secret more, one less, and one from elsewhere',
      'secretEnv: {A: {name: a, key: a}, B: {name: b, key: b}}',
      'secretEnv: {A: {name: admin, key: a}, C: {name: c, key: c}}',
      ['secretEnv widening A: a/a -> admin/a', 'secretEnv widening + C: c/c', 'secretEnv narrowing - B'],
    ],
    ['tools', 'tools: [get, set]', 'tools: [get, delete]', ['tools widening + delete', 'tools narrowing - set']],
    [
      'an allow-list that is gone',
      'tools: [get], allowTools: [get]',
      'tools: [get]',
      ['allowTools widening all tools are offered now'],
    ],
    [
      'root',
      '',
      'podSecurityContext: {runAsUser: 0, runAsGroup: 0, fsGroup: 0, runAsNonRoot: false}',
      [expect.stringMatching(/^podSecurityContext widening .*"runAsUser":0/)],
    ],
    [
      'where a server of the own network is, what it is sent, and what is opened',
      "http: {url: 'http://a.ns.svc/mcp', headers: {A: b}}",
      "http: {url: 'http://b.ns.svc/mcp', headers: {A: c}, secrets: {T: {name: t, key: k}}, egress: {ports: [80]}}",
      [
        'http.egress widening nothing -> {"ports":[80]}',
        'secretEnv widening + T: t/k',
        'http.url changed http://a.ns.svc/mcp -> http://b.ns.svc/mcp',
        'http.headers changed A: b -> c',
      ],
    ],
    [
      'what nobody can say here which is more',
      '',
      'envFrom: [{secretRef: {name: all}}], runtimeClassName: runc, serviceAccount: {create: false, name: admin}',
      [
        'envFrom widening [] -> [{"secretRef":{"name":"all"}}]',
        'runtimeClassName widening nothing -> runc',
        expect.stringMatching(/^serviceAccount widening .* -> .*"name":"admin"/),
      ],
    ],
    [
      'a volume',
      '',
      'volumes: {v: {mountPath: /v, existingClaim: c}}',
      [expect.stringMatching(/^volumes widening \+ v: /)],
    ],
  ])('%s', async (_, old, now, expected) => {
    expect(await changes(server(old), server(now))).toEqual(expected);
  });

  test('another digest', async () => {
    expect(await changes(server(''), server('').replace(/1{64}/, '2'.repeat(64)))).toEqual([
      `image changed ${digest('1')} -> ${digest('2')}`,
    ]);
  });

  test('a server that comes, and one that goes', async () => {
    expect(await changes('servers: {a: {image: a}}', "servers: {b: {remote: {url: 'https://b.example'}}}")).toEqual([
      'servers narrowing removed',
      'servers widening added: remote https://b.example',
    ]);
    expect(await changes('servers: {}', "servers: {b: {http: {url: 'http://b.ns.svc'}}}")).toEqual([
      'servers widening added: own network http://b.ns.svc',
    ]);
  });
});

test('--fail-on, and Git revisions', async () => {
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-C', folder, '-c', 'user.name=n', '-c', 'user.email=e', ...args], { stdio: 'ignore' });
  const now = file('values.yaml', server('egress: {mode: none}'));
  git('init');
  git('add', 'values.yaml');
  git('commit', '--message', 'first');
  writeFileSync(now, server(''));
  const before = process.cwd();
  process.chdir(folder);
  try {
    const widened = await diff('HEAD:values.yaml', 'values.yaml', '--fail-on', 'widening');
    expect(widened.stdout).toBe(
      '! widening  a: egress: {"mode":"none"} -> {"mode":"internet"}\n\n1 widening, 0 changed, 0 narrowing\n',
    );
    expect(widened.status).toBe(1);
    expect((await diff('values.yaml', 'HEAD:values.yaml', '--fail-on', 'widening')).status).toBe(0);
    await runExamples();
    const missing = await diff('HEAD:nothing.yaml', 'values.yaml');
    expect([missing.status, missing.stderr]).toEqual([
      2,
      expect.stringMatching(/^error: cannot read HEAD:nothing.yaml from Git: /),
    ]);
  } finally {
    process.chdir(before);
  }
});

/** Those of its help, in the folder of the repository. */
async function runExamples(): Promise<void> {
  file('new-values.yaml', server(''));
  const { stdout: help } = await diff('--help');
  const examples = [...help.matchAll(/^ {2}mcpgen diff (.*)$/gm)].map(([, line = '']) => line.replace(/ >.*/, ''));
  expect(examples).toHaveLength(2);
  const outputs = [];
  for (const example of examples) outputs.push((await diff(...example.split(' '))).stdout);
  expect(outputs).toEqual([
    'nothing that matters for security has changed\n',
    expect.stringContaining('| **widening** | <code>a</code> | <code>egress</code> |'),
  ]);
}

test('Markdown has hostile text as text', async () => {
  const hostile = '</code>|<img src=x>[a](b)`_*\n# x https://x.example www.x.example';
  const now = server(`args: [${JSON.stringify(hostile)}]`);
  const { status, stdout } = await diff(file('old.yaml', server('')), file('new.yaml', now), '--format', 'markdown');
  expect(status).toBe(0);
  const rows = stdout.split('\n').slice(2);
  expect(rows).toHaveLength(4);
  expect(stdout).not.toMatch(/https:|www\./);
  expect(rows[2]).toMatch(/^\| changed \| <code>a<\/code> \| <code>args<\/code> \| <code>[^<>|`*[\]_:@]*<\/code> \|$/);
});
