// Secrets in every place where a user may have put one: no output holds any of them, but for `evaluate`, which shows what it is given.

import { afterAll, describe, expect, test } from 'vitest';
import { base, Store } from './image/images.ts';
import { Workspace } from './image/mcpgen.ts';
import { startRegistry } from './registry/stand-in.ts';

/** Told by its form; the other one by its name alone. */
const token = `ghp_${'Canary7'.repeat(6)}`;
const word = 'c4n4ry-sits-here';
const canary = /c[a4]n[a4]ry/i;

const store = new Store();
const layer = store.layer([...base, { path: 'usr/local/bin/serve', content: '\x7fELF', mode: 0o755 }]);
store.image('docker/mcp-gateway:v2', { Entrypoint: ['serve'] }, [layer]);
store.image('library/node:24-alpine', { Cmd: ['serve'] }, [layer]);
store.image('ex/a', { Entrypoint: ['serve'] }, [layer]);
store.image('ex/own', { Entrypoint: ['serve', '--token', word] }, [layer]);
const registry = await startRegistry(store);
const workspace = new Workspace();
afterAll(async () => {
  await registry.close();
  workspace.remove();
});

interface Files {
  readonly catalog: string;
  readonly config?: string;
  readonly overlay?: string;
  readonly entrypoints?: string;
}

const server = (fields: string): string => `registry:\n  s:\n    image: ex/a\n${fields.replaceAll(/^/gm, '    ')}\n`;
const remote = (fields: string): string => `registry:\n  s:\n    type: remote\n    remote: {${fields}}\n`;
const config = (name: string): string => `s:\n  ${name}: ${word}\n`;
const plain = server('title: plain');

const places: Record<string, Files> = {
  'env, by its name': { catalog: server(`env: [{name: API_TOKEN, value: ${word}}]`) },
  'env, by its form': { catalog: server(`env: [{name: X, value: ${token}}]`) },
  'env, in a URL': { catalog: server(`env: [{name: X, value: "postgres://u:${word}@db/x"}]`) },
  'env, in JSON': { catalog: server(`env: [{name: X, value: '{"Authorization": "Bearer ${word}"}'}]`) },
  'env, in place of a secret': {
    catalog: server(`env: [{name: X, value: ${word}}]\nsecrets: [{name: s.x, env: X}]`),
  },
  'env that another refers to': {
    catalog: server(`env: [{name: PASSWORD, value: ${word}}, {name: Y, value: "a$PASSWORD"}]`),
  },
  'an argument after a flag': { catalog: server(`command: [--token, ${word}]`) },
  'an argument with its flag': { catalog: server(`command: [--api-key=${word}]`) },
  'an argument, by its form': { catalog: server(`command: [${token}]`) },
  'a header in an argument': { catalog: server(`command: ["--header", "Authorization: Bearer ${word}"]`) },
  'a volume': { catalog: server(`volumes: ["${token}:/data"]`) },
  'a volume that cannot be read': { catalog: server(`volumes: ["a:b:c:${token}"]`) },
  'the user': { catalog: server(`user: ${token}`) },
  'a host': { catalog: server(`extraHosts: ["${token}"]\nallowHosts: ["u:${token}@host:1"]`) },
  'a value of a wrong type': { catalog: server(`env: [{name: TOKEN, value: [${token}]}]`) },
  'a text that is not YAML': { catalog: server(`env: [{name: TOKEN, value: ${token}`) },
  'a header': {
    catalog: remote(`url: "https://h/mcp", transport_type: http, headers: {Authorization: "Bearer ${word}"}`),
  },
  'a password in a URL that is refused': { catalog: remote(`url: "https://u:${word}@h/mcp"`) },
  'a token in a URL': { catalog: remote(`url: "https://h/mcp?api_key=${word}", transport_type: http`) },
  'a token in a URL that is refused': { catalog: remote(`url: "http://u:${word}@h/mcp?api_key=${word}"`) },
  'a property named so': { catalog: server("env: [{name: X, value: '{{s.password}}'}]"), config: config('password') },
  'a property that is a secret': {
    catalog: server("env: [{name: X, value: '{{s.x}}'}]\nsecrets: [{name: s.x, env: Y}]"),
    config: config('x'),
  },
  'a property declared so': {
    catalog: server(
      "env: [{name: X, value: '{{s.x}}'}]\nconfig: [{name: s, properties: {x: {type: string, format: password}}}]",
    ),
    config: config('x'),
  },
  'a property in the command': { catalog: server("command: ['{{s.api_token}}']"), config: config('api_token') },
  'a property in a volume': { catalog: server("volumes: ['{{s.token}}:/{{s.token}}']"), config: config('token') },
  'a property in a volume that is mounted twice': {
    catalog: server("volumes: ['{{s.token}}:/a', '{{s.token}}:/b']"),
    config: 's: {token: C4N4RY_Sits_Here}\n', // of which a claim's name would be made, in another form
  },
  'a property in the user': { catalog: server("user: '{{s.token}}'"), config: config('token') },
  'a property of a wrong type': { catalog: server("user: '{{s.token}}'"), config: `s: {token: !!int ${word}}\n` },
  'a config that is not a map': { catalog: plain, config: `s: ${token}\n` },
  'a profile': {
    catalog: `name: p\nservers:\n  - type: image\n    config: {password: ${word}}\n    snapshot:\n      server:\n        name: s\n        image: ex/a\n        env: [{name: X, value: '{{s.password}}'}]\n`,
  },
  'an entrypoint': { catalog: plain, entrypoints: `s: [serve, --token, ${word}]\n` },
  'an overlay, by its name': { catalog: plain, overlay: `servers: {s: {env: {API_TOKEN: ${word}}}}\n` },
  'an overlay, by its form': { catalog: plain, overlay: `servers: {s: {args: [${token}]}}\n` },
  'an overlay, in arguments': { catalog: plain, overlay: `servers: {s: {args: [--token, ${word}]}}\n` },
  'an overlay, of the gateway': { catalog: plain, overlay: `gateway: {extraEnv: {API_TOKEN: ${word}}}\n` },
  'an overlay, in a list of variables': {
    catalog: plain,
    overlay: `extraObjects: [{kind: Pod, spec: {containers: [{env: [{name: API_TOKEN, value: ${word}}]}]}}]\n`,
  },
  'an overlay, a Secret': {
    catalog: plain,
    overlay: `extraObjects: [{apiVersion: v1, kind: Secret, metadata: {name: x}, stringData: {x: ${word}}}]\n`,
  },
  'an overlay, a header': {
    catalog: remote('url: "https://h/mcp", transport_type: http'),
    overlay: `servers: {s: {remote: {headers: {X-Api-Key: ${word}}}}}\n`,
  },
  'an overlay of a wrong type': { catalog: plain, overlay: `servers: {s: {env: [${token}], image: {a: ${token}}}}\n` },
};

function argumentsOf({ catalog, config: values, overlay, entrypoints = 's: [serve]\n' }: Files) {
  const file = (option: string, name: string, text: string | undefined): string[] =>
    text === undefined ? [] : [option, workspace.write(name, text)];
  return {
    catalog: workspace.write('catalog.yaml', catalog),
    config: file('--config', 'config.yaml', values),
    rest: [
      ...file('--overlay', 'overlay.yaml', overlay),
      ...file('--entrypoints', 'entrypoints.yaml', entrypoints),
      ...file('--secrets-file', 'secrets.env', `s.x=${token}\n`),
    ],
  };
}

describe.each(Object.keys(places))('%s', (name) => {
  const files = places[name] as Files;

  test.each(['text', 'json', 'github'])('is refused, and not shown as %s', async (format) => {
    const { catalog, config: values, rest } = argumentsOf(files);
    const { status, out, error } = await workspace.mcpgen(catalog, ...values, ...rest, '--format', format, '--strict');
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(error).not.toMatch(canary);
    if (!/wrong type|not YAML|not a map|URL that is refused/.test(name)) expect(error).toContain('plain-credential');
  });

  test('is in no other output', async () => {
    const { catalog, config: values } = argumentsOf(files);
    const lockFile = workspace.path('other.lock.yaml');
    const map = ['--registry-map', `docker.io=${registry.host}`];
    const runs = [
      await workspace.mcpgen('explain', catalog, ...values),
      await workspace.mcpgen('explain', catalog, ...values, '--json'),
      await workspace.mcpgen('images', catalog),
      await workspace.mcpgen('lock', catalog, ...values, ...map, '-o', lockFile),
      await workspace.mcpgen(catalog, ...values, '--resolve', ...map),
    ];
    for (const { out, error } of runs) expect(out + error).not.toMatch(canary);
    if (runs[3]?.status === 0) expect(workspace.read('other.lock.yaml')).not.toMatch(canary);
  });
});

test('what an image itself starts with is refused too', async () => {
  const catalog = workspace.write('catalog.yaml', 'registry: {s: {image: ex/own}}\n');
  const { status, out, error } = await workspace.mcpgen(
    catalog,
    '--resolve',
    '--registry-map',
    `docker.io=${registry.host}`,
  );
  expect({ status, out }).toEqual({ status: 1, out: '' });
  expect(error).toContain("error plain-credential: the image's own command (word 3)");
  expect(error).not.toMatch(canary);
});

test('evaluate shows it to who gave it', async () => {
  const { catalog, config: values } = argumentsOf(places['a property named so'] as Files);
  expect((await workspace.mcpgen('evaluate', catalog, ...values)).out).toContain(`X=${word}`);
});
