// The configuration file, and the relay as a program.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle } from '../../tools/bundle.mjs';
import { ConfigError } from '../../relay/config-reader.ts';
import { readConfig } from '../../relay/config.ts';

const time = { listen: '127.0.1.2:4444', target: 'mcp-time.ns.svc:4444' };
const read = (file: object, environment = {}) => readConfig(JSON.stringify(file), environment);

test('defaults, and what a server overrides', () => {
  const { servers, startSeconds } = read(
    {
      defaults: { warm: { min: 2 }, idleSeconds: 5 },
      servers: {
        time,
        http: { listen: '[::1]:1', url: 'http://h/${P}', headers: { A: 'B ${T}' }, stateful: true, idleSeconds: 0 },
      },
    },
    { P: 'mcp', T: 't\n' },
  );
  expect(startSeconds).toEqual({ required: 120, optional: 15 });
  expect(servers[0]).toMatchObject({
    name: 'time',
    warm: { min: 2, max: 4 },
    idleSeconds: 5,
    target: { host: 'mcp-time.ns.svc', port: 4444 },
  });
  expect(servers[1]).toMatchObject({
    listen: { host: '::1', port: 1 },
    stateful: true,
    idleSeconds: 0,
    headers: { A: 'B t' },
  });
  expect(servers[1]?.url?.href).toBe('http://h/mcp');
});

test('a Secret that is missing is the problem of its server alone', () => {
  const web = {
    listen: 'c:1',
    url: 'http://x',
    headers: { A: 'Bearer ${T}' },
    optional: { T: 'the Secret is missing' },
  };
  const problemOf = (environment: object) => read({ servers: { time, web } }, environment).servers[1]?.problem;
  expect([{}, { T: ' \n' }, { T: 'x' }].map(problemOf)).toEqual([...Array(2).fill('the Secret is missing'), undefined]);
  expect(problemOf({ T: 'line\nline' })).toBe(
    'header A cannot be sent: it contains characters that HTTP does not allow',
  );
  const url = 'http://gateway/mcp';
  const gateway = { url, transport: 'streaming', headers: { A: '${T}' } };
  expect(() => read({ gateway, servers: {} }, { T: 'line\nline' })).toThrow('gateway: header A cannot be sent');
});

test.each<[object, string]>([
  [{ servers: { a: { target: 'b:1' } } }, 'server a: listen is missing'],
  [{ servers: { a: { listen: 'c:1' } } }, 'server a: set either target or url'],
  [{ servers: { a: { ...time, target: 'b' } } }, 'server a: target: b is not a valid host:port'],
  [{ servers: { a: { listen: 'c:1', url: 'ftp://x' } } }, 'server a: url must be an http or https URL'],
  [
    { servers: { a: { ...time, idleSeconds: -1 } } },
    'configuration.servers.a.idleSeconds must be a number from 0 to 1000000',
  ],
  [{ servers: { a: { ...time, stateful: 'yes' } } }, 'configuration.servers.a.stateful must be true or false'],
  [{ servers: { a: { listen: 'c:1', url: 'http://x/${NO}' } } }, 'the environment variable NO is not set'],
  [
    { servers: { a: { listen: 'c:1', url: 'http://x', headers: { A: 'a\nb' } } } },
    'server a: header A cannot be sent: it contains characters that HTTP does not allow',
  ],
  [
    { servers: { a: { listen: 'c:1', url: 'http://x', transport: 'ws' } } },
    'server a: transport ws is invalid: use streamable-http or sse',
  ],
  [{ listen: { metrics: ':x' }, servers: {} }, 'listen.metrics: localhost:x is not a valid host:port'],
  [{ servers: { a: { ...time, target: ':4444' } } }, 'server a: target: :4444 is not a valid host:port'],
  [{ logLevel: 'loud' }, 'logLevel loud is invalid: use debug, info, warn or error'],
  [{ servers: [] }, 'configuration.servers must be an object'],
])('%j', (file, message) => {
  expect(() => read(file)).toThrow(new ConfigError(message));
});

const packaged = join(import.meta.dirname, '../../chart/files/relay.mjs');
test.runIf(existsSync(packaged))("the chart's file is what the source gives, and fits into a ConfigMap", async () => {
  const text = readFileSync(packaged, 'utf8');
  expect(text === (await bundle('relay'))).toBe(true);
  expect(text.length).toBeLessThan(500_000);
});

test('the program starts, ends with SIGTERM, and says why it cannot start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'));
  const path = join(folder, 'config.json');
  const run = (onLine: (line: string, kill: () => void) => void) =>
    new Promise<{ code: number | null; output: string }>((resolve) => {
      const child = spawn(process.execPath, [join(folder, 'relay.mjs'), path]);
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
        onLine(String(chunk), () => child.kill('SIGTERM'));
      });
      child.on('close', (code) => resolve({ code, output }));
    });
  try {
    writeFileSync(join(folder, 'relay.mjs'), await bundle('relay'));
    const missing = await run(() => undefined);
    expect(missing.code).toBe(1);
    expect(JSON.parse(missing.output)).toMatchObject({ level: 'error', msg: expect.stringContaining('ENOENT') });
    writeFileSync(path, JSON.stringify({ listen: { metrics: '127.0.0.1:0' }, servers: {} }));
    const fine = await run((line, kill) => line.includes('listening') && kill());
    expect(fine).toMatchObject({ code: 0, output: expect.stringContaining('"stopping"') });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
