// What becomes of a server's entry: rules that no example shows, each by what is compiled of a few lines.

import { describe, expect, test } from 'vitest';
import { compile, type CompileInput, parseVolumeRule } from '../../generator/index.ts';

interface Outcome {
  /** The values of the server `s`. */
  readonly s: Record<string, unknown> | undefined;
  /** All servers of the values. */
  readonly servers: Record<string, Record<string, unknown>>;
  readonly said: readonly string[];
}

const file = (name: string, content: unknown) => ({ name, text: JSON.stringify(content) });

/** Compiles servers that need no lock. */
function compileAll(registry: object, more: Partial<CompileInput> = {}): Outcome {
  const entrypoints = [
    file('entrypoints.yaml', Object.fromEntries(Object.keys(registry).map((name) => [name, ['run']]))),
  ];
  const { value, diagnostics } = compile({ catalogs: [file('catalog.yaml', { registry })], entrypoints, ...more });
  const servers = (value?.values.servers ?? {}) as unknown as Outcome['servers'];
  const said = diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
  return { s: servers['s'], servers, said };
}

const compileOne = (entry: object, more?: Partial<CompileInput>): Outcome =>
  compileAll({ s: { image: 'a/s', ...entry } }, more);
const config = (s: object) => ({ configs: [file('config.yaml', { s })] });
const rules = (...texts: string[]) => ({ volumeRules: texts.flatMap((text) => parseVolumeRule(text) ?? []) });

describe('tools', () => {
  test('are sorted, and each is there once', () => {
    const tools = ['b', 'a', 'b'].map((name) => ({ name }));
    const { s } = compileOne({ tools }, { toolsConfigs: [file('tools.yaml', { s: ['b', 'a', 'b'] })] });
    expect(s).toMatchObject({ tools: ['a', 'b'], allowTools: ['a', 'b'] });
  });

  const two = (a: object, b: object, more?: Partial<CompileInput>) =>
    compileAll({ a: { image: 'x/a', ...a }, b: { image: 'x/b', ...b } }, more);
  const tools = (...names: string[]) => ({ tools: names.map((name) => ({ name })) });

  test('that are not allowed do not collide', () => {
    const allow = (...names: string[]) => ({ toolsConfigs: [file('tools.yaml', { a: names })] });
    expect(two(tools('one', 'two'), tools('two'), allow('one')).said.join()).not.toContain('tool-collision');
    expect(two(tools('one', 'two'), tools('two'), allow('two')).said.join()).toContain('tool-collision');
  });

  test.each([
    ['none in common', tools('one'), tools('two'), [undefined, undefined]],
    ['one in common', tools('one', 'both'), tools('two', 'both'), ['a', 'b']],
    ['those of one are not known', tools('one'), {}, ['a', 'b']],
  ])('of servers of one image, %s', (_, a, b, prefixes) => {
    const { servers } = compileAll({ a: { image: 'x/same', ...a }, b: { image: 'x/same', ...b } });
    expect(['a', 'b'].map((name) => servers[name]?.['prefix'])).toEqual(prefixes);
  });
});

describe('volumes', () => {
  test('a Secret or ConfigMap in its place is read-only, whole without a key', () => {
    const volumes = ['keys:/a', 'files:/b'];
    const { s } = compileOne({ volumes }, rules('s:/a=secret:keys', 's:/b=configMap:files'));
    expect(s?.['volumes']).toEqual({
      keys: { mountPath: '/a', readOnly: true, secret: { name: 'keys' } },
      files: { mountPath: '/b', readOnly: true, configMap: { name: 'files' } },
    });
  });

  test('what replaces one mount of a named volume says nothing of the other', () => {
    const { s } = compileOne({ volumes: ['vol:/a', 'vol:/b', 'vol:/c'] }, rules('s:/a=emptyDir'));
    expect(s?.['volumes']).toMatchObject({
      vol: { emptyDir: {} },
      'vol-2': { mountPath: '/b', persistentVolumeClaim: {} },
      'vol-3': { mountPath: '/c', sameAs: 'vol-2' },
    });
  });

  test('of two servers, a rule for one leaves the other alone', () => {
    const { servers } = compileAll(
      { s: { image: 'a/s', volumes: ['vol:/a'] }, t: { image: 'a/t', volumes: ['wol:/a'] } },
      rules('t:/a=emptyDir'),
    );
    expect(servers['s']?.['volumes']).toMatchObject({ vol: { persistentVolumeClaim: {} } });
    expect(servers['t']?.['volumes']).toMatchObject({ wol: { emptyDir: {} } });
  });

  test.each(['/x:/run/docker.sock', '/run/docker.sock:/x', '\\\\.\\pipe\\docker_engine:/x'])('%s', (text) => {
    expect(compileOne({ volumes: [text] }).said.join()).toContain("needs the host's Docker socket");
  });
});

describe('names with addresses', () => {
  test('are grouped by address, in lower case', () => {
    const { s } = compileOne({ extraHosts: ['db:10.0.0.1', '', 'Six=[::1]', 'cache:10.0.0.1'] });
    expect(s?.['hostAliases']).toEqual([
      { ip: '10.0.0.1', hostnames: ['db', 'cache'] },
      { ip: '::1', hostnames: ['six'] },
    ]);
  });

  test.each([':10.0.0.1', 'db', 'db:1.2.3', 'db:fe80::1%eth0'])('%s is none', (entry) => {
    expect(compileOne({ extraHosts: [entry] }).said.join()).toContain('error bad-host');
  });
});

test('of a variable without a name, that is the only mistake', () => {
  const env = [
    { name: '', value: '{{s.gone}}' },
    { name: 'C', value: 'c' },
  ];
  expect(compileOne({ env }).said).toEqual(['error wrong-value: registry.s.env[0].name must not be empty']);
});

test('of a remote that is a text, the form is the only mistake', () => {
  const { said } = compileAll({ s: { type: 'remote', remote: 'https://a.example/mcp', command: ['{{s.gone}}'] } });
  expect(said.filter((line) => !line.includes('unused-input'))).toEqual([expect.stringContaining('error wrong-type')]);
});

describe('a property that is not set', () => {
  test('has another value in its place, which is a list only if the property is an empty one', () => {
    const outcome = (value: string) => compileOne({ env: [{ name: 'A', value }] });
    expect(outcome('{{s.gone|or:x}}')).toMatchObject({ s: { env: { A: 'x' } }, said: [] });
    expect(outcome('{{s.gone|or:[x]}}').said).not.toEqual([]);
  });

  const declared = (properties: object, required: string[] = []) => [
    { name: 's', type: 'object', properties, required },
  ];
  const env = [{ name: 'A', value: '{{s.gone}}' }];

  test('and not declared: an error only if the server declares others and none is set', () => {
    const others = declared({ other: { type: 'string' } });
    expect(compileOne({ env }).said.join()).toContain('warning undeclared-property');
    expect(compileOne({ env, config: others }).said.join()).toContain('error undeclared-property');
    expect(compileOne({ env, config: others }, config({ other: 'x' })).said.join()).toContain(
      'warning undeclared-property',
    );
    expect(compileOne({ command: ['{{s.gone}}'], config: others }, config({ other: 'x' })).said.join()).toContain(
      'error undeclared-property',
    );
  });

  test('spoils a volume only if something is left of it', () => {
    const own = declared({ path: { type: 'string' } });
    expect(compileOne({ volumes: ['{{s.path}}:/data'], config: own }).said.join()).toContain('error missing-config');
    expect(compileOne({ volumes: ['{{s.path}}'], config: own }).said.join()).not.toContain('missing-config');
    expect(compileOne({ command: ['--path={{s.path}}'], config: own }).said.join()).not.toContain('missing-config');
  });

  test.each([
    ['The key. Get one at example.com', ' (The key)'],
    ['Use e.g. this', ' (Use e.g. this)'],
    ['x'.repeat(100), ` (${'x'.repeat(100)})`],
    ['x'.repeat(101), ` (${'x'.repeat(97)}...)`],
  ])('is described by a sentence: %s', (description, words) => {
    const own = declared({ key: { type: 'string', description } }, ['key']);
    const entry = { command: ['{{s.key}}'], config: own };
    const { diagnostics } = compile({ catalogs: [file('c', { registry: { s: { image: 'a', ...entry } } })] });
    expect(diagnostics.find(({ code }) => code === 'missing-config')?.hint).toContain(words);
  });
});

test('a result that is not a text is named by its own expression, whatever is around it', () => {
  const { said } = compileOne({ command: ['--list={{s.list}}!'] }, config({ list: ['a'] }));
  expect(said.join()).toContain('not-a-text: {{s.list}} gives a list');
});

describe('credentials', () => {
  test('are in no other message, as they are and as JSON has them', () => {
    const token = 'ghp_0123456789abcdefghij"0123456789abcdef';
    const entry = { command: ['--token={{s.token}}'], volumes: ['{{s.token}}:{{s.token}}'] };
    const { said } = compileOne(entry, config({ token }));
    expect(said.filter((line) => line.includes('plain-credential'))).not.toEqual([]);
    expect(said.join('\n')).not.toContain('0123456789');
  });

  test('of two properties in one text, the one that is set has it', () => {
    const token = 'ghp_0123456789abcdefghij0123456789abcdef';
    const { diagnostics } = compile({
      catalogs: [file('catalog.yaml', { registry: { s: { image: 'a', command: ['{{s.first}}{{s.second}}'] } } })],
      configs: [{ name: 'config.yaml', text: `s:\n  first: ""\n  second: ${token}\n` }],
    });
    const found = diagnostics.find(({ code }) => code === 'plain-credential');
    expect(found?.position).toMatchObject({ file: 'config.yaml', line: 3 });
  });

  test('an ID of a key that the catalog declares is not one', () => {
    const env = [{ name: 'AWS_ACCESS_KEY_ID', value: '{{s.access_key_id}}' }];
    const own = [{ name: 's', properties: { access_key_id: { type: 'string' } } }];
    const set = config({ access_key_id: 'AKIAABCDEFGHIJKLMNOP' });
    expect(compileOne({ env, config: own }, set).said).toEqual([]);
    expect(compileOne({ env }, set).said.join()).toContain('plain-credential');
  });
});

describe('a remote server with OAuth', () => {
  const secrets = [{ name: 's.token', env: 'TOKEN' }];
  const headers = { Authorization: 'Bearer ${TOKEN}' };
  test.each([
    ['neither a secret nor a header', {}, {}, true],
    ['a secret alone', { secrets }, {}, true],
    ['a header without a secret', {}, { headers: { Accept: '*/*' } }, true],
    ['a header that is made of a secret', { secrets }, { headers }, false],
  ])('%s', (_, entry, more, isRefused) => {
    const remote = { url: 'https://a.example/mcp', transport_type: 'streamable-http', ...more };
    const oauth = { providers: [{ provider: 'a' }] };
    const { said } = compileAll({ s: { type: 'remote', remote, oauth, ...entry } });
    expect(said.join().includes('oauth-server')).toBe(isRefused);
  });
});

test('--allow-root names a server that is there', () => {
  expect(compileOne({}, { allowRoot: ['s'] }).said).toEqual([]);
  expect(compileOne({}, { allowRoot: ['t'] }).said.join()).toContain('--allow-root');
});

test('of a file that is something else, a hundred mistakes are enough', () => {
  const registry = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`s${index}`, { image: 'a', x: 1 }]));
  const fields = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`x${index}`, 1]));
  expect(compileOne(fields).said.filter((line) => line.includes('unknown-field')).length).toBe(100);
  expect(compileAll(registry).said.filter((line) => line.includes('unknown-field')).length).toBe(150);
});
