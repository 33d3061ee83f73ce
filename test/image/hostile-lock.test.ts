// Lock files that somebody has changed: what is out of range is refused, and what a lock decides alone is reported.

import { describe, expect, test } from 'vitest';
import { compile } from '../../generator/compile.ts';
import { readLock } from '../../generator/image/lock.ts';
import { readSource } from '../../generator/source.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const lockWith = (facts: string, head = 'gateway: docker/mcp-gateway:v2'): string =>
  `version: 1\nplatform: linux/amd64\n${head}\nimages:\n  x/y: {digest: "${digest}", platforms: [linux/amd64], ${facts}}\n`;

function mistakes(text: string): string[] {
  const { value: source, diagnostics } = readSource('mcp.lock.yaml', text);
  const lock = source && readLock(source);
  const all = [...diagnostics, ...(lock?.diagnostics ?? [])];
  if (all.length > 0) expect(lock?.value).toBeUndefined();
  return all.map(({ position, message }) => `${position?.line}:${position?.column} ${message}`);
}

test.each(['0', '65534', '2147483647', '"1000"'])('uid %s is taken', (uid) => {
  expect(mistakes(lockWith(`runsAs: {uid: ${uid}, gid: 0}`))).toEqual([]);
});

describe('what is refused, with its place', () => {
  test.each([
    '-1',
    '2147483648',
    '4294967295',
    '99999999999',
    '1e9',
    '0x10',
    '1.5',
    'root',
    '""',
    '[0]',
    '{}',
    'null',
    '010',
  ])('uid %s', (uid) =>
    expect(mistakes(lockWith(`runsAs: {uid: ${uid}, gid: 0}`))[0]).toMatch(/^5:\d+ .*runsAs\.uid /),
  );
  test.each(['0', '0:-1', '4294967295:0', '0:99999999999', '0:0:0', 'a:b', ' 0:0'])('owner %j', (owner) => {
    const facts = `places: {/x: {state: empty, mode: "0755", owner: "${owner}"}}`;
    expect(mistakes(lockWith(facts))[0]).toMatch(/owner does not match /);
  });
  test.each(['sha256:abc', `sha256:${'A'.repeat(64)}`, `sha512:${'a'.repeat(128)}`, `${digest}0`, 'latest', '""', '5'])(
    'digest %j',
    (text) =>
      expect(mistakes(lockWith('user: a').replace(digest, text.replaceAll('"', '')))[0]).toMatch(
        /digest does not match /,
      ),
  );
  test.each([
    ['a mode', 'places: {/x: {state: empty, mode: "99999", owner: "0:0"}}'],
    ['a path', 'workingDir: relative'],
    ['a list', 'entrypoint: sh'],
    ['a map', 'users: {}'],
    ['a field that is not known', 'rootless: true'],
  ])('%s', (_, facts) => expect(mistakes(lockWith(facts))).toHaveLength(1));

  test('a lock without a gateway', () => {
    expect(mistakes(lockWith('user: a', 'relay: node:24-alpine'))).toEqual(['1:1 the file has no "gateway"']);
  });

  test('a hundred thousand images: one mistake, not as many', () => {
    const entries = Array.from({ length: 100_000 }, (_, index) => `  i${index}: 5\n`).join('');
    const text = `version: 1\nplatform: linux/amd64\ngateway: g\nimages:\n${entries}`;
    expect(mistakes(text)).toEqual(['4:1 images has 100000 entries; at most 10000 are allowed']);
  });

  test('more values than any file has, before they take the memory', () => {
    const [first = ''] = mistakes(`[${'a,'.repeat(2_000_001)}]`);
    expect(first).toMatch(/^1:\d+ the text has more than 2000000 values$/);
  });
});

describe('what a lock decides alone', () => {
  const said = (head: string, image = 'x/y', facts = 'entrypoint: [serve]') => {
    const { diagnostics } = compile({
      catalogs: [{ name: 'c.yaml', text: `registry:\n  s: {image: "${image}"}\n` }],
      lock: { name: 'mcp.lock.yaml', text: lockWith(facts, head).replace('x/y:', `"${image}":`) },
    });
    return diagnostics.map(({ severity, code, position }) => `${severity} ${code} ${position?.file}:${position?.line}`);
  };
  const [chartGateway, chartRelay] = ['gateway: docker/mcp-gateway:v2', 'relay: node:24-alpine'];

  test('the images of the chart are nothing to tell', () => {
    expect(said(`${chartGateway}\n${chartRelay}`).join()).not.toContain('own-image');
  });

  test("another gateway, another relay: a note at the lock's line", () => {
    expect(said(`gateway: evil/gateway:v2\n${chartRelay}`)).toContain('note own-image mcp.lock.yaml:3');
    expect(said(`${chartGateway}\nrelay: evil/relay`)).toContain('note own-image mcp.lock.yaml:4');
  });

  test('what is not an image at all', () => {
    expect(said('gateway: "a b"')).toContain('error wrong-value mcp.lock.yaml:3');
  });

  test('another digest than the image names', () => {
    expect(said(chartGateway, `x/y@sha256:${'b'.repeat(64)}`)).toContain('error stale-lock mcp.lock.yaml:5');
    expect(said(chartGateway, `x/y@${digest}`).join()).not.toContain('stale-lock mcp.lock.yaml');
  });
});
