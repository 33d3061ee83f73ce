// Image references by Docker's grammar, and the ways to a mirror.

import { describe, expect, test } from 'vitest';
import {
  formatReference,
  mapReference,
  parseReference,
  parseRegistryMap,
  pinReference,
} from '../../generator/registry/reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['postgres', 'docker.io/library/postgres'],
  ['postgres:17', 'docker.io/library/postgres:17'],
  ['mcp/fetch', 'docker.io/mcp/fetch'],
  ['index.docker.io/mcp/fetch', 'docker.io/mcp/fetch'],
  [`mcp/fetch@${digest}`, `docker.io/mcp/fetch@${digest}`],
  [`mcp/fetch:1.2-rc_3@${digest}`, `docker.io/mcp/fetch:1.2-rc_3@${digest}`],
  ['ghcr.io/a/b/c:latest', 'ghcr.io/a/b/c:latest'],
  ['localhost/x', 'localhost/x'],
  ['localhost:5000/x:1', 'localhost:5000/x:1'],
  ['[::1]:5000/x', '[::1]:5000/x'],
  ['127.0.0.1:5000/a__b/c-d.e', '127.0.0.1:5000/a__b/c-d.e'],
  ['Registry/x', 'Registry/x'],
])('%s', (text, full) => {
  const reference = parseReference(text);
  expect('reason' in reference ? reference : formatReference(reference)).toBe(full);
});

test.each([
  ['', 'it names no repository'],
  ['mcp/Fetch', 'a repository has no capital letters'],
  ['a//b', '"a//b" is not a valid repository'],
  ['a/b:', '"" is not a valid tag'],
  ['a/b:c d', '"c d" is not a valid tag'],
  ['a/b@sha256:12', 'its digest must be sha256: and 64 hexadecimal digits'],
  ['a/b@sha512:12', 'its digest must be sha256: and 64 hexadecimal digits'],
  ['-x.io/b', '"-x.io" is not a valid host'],
  [`${'a/'.repeat(130)}b`, 'its name is longer than 255 characters'],
])('%j is refused: %s', (text, reason) => expect(parseReference(text)).toEqual({ reason }));

test('a digest takes the place of the tag', () => {
  expect(pinReference('localhost:5000/a/b:1', digest)).toBe(`localhost:5000/a/b@${digest}`);
  expect(pinReference(`a/b@sha256:${'b'.repeat(64)}`, digest)).toBe(`a/b@${digest}`);
});

describe('registry maps', () => {
  const maps = ['docker.io=mirror.example/hub', 'docker.io/mcp=127.0.0.1:5000/mcp/', 'ghcr.io=mirror.example'].map(
    (text) => {
      const map = parseRegistryMap(text);
      if (!map) throw new Error(text);
      return map;
    },
  );

  test.each([
    ['postgres:17', 'mirror.example/hub/library/postgres:17'],
    [`mcp/fetch@${digest}`, `127.0.0.1:5000/mcp/fetch@${digest}`],
    ['mcpx/fetch', 'mirror.example/hub/mcpx/fetch'],
    ['ghcr.io/a/b', 'mirror.example/a/b'],
    ['quay.io/a/b', 'quay.io/a/b'],
    ['no reference', 'no reference'],
  ])('%s', (from, to) => expect(mapReference(from, maps)).toBe(to));

  test.each(['docker.io', 'docker.io=', '=x', 'a=b=c', 'docker.io=https://x', 'docker.io=X Y'])('%j is none', (text) =>
    expect(parseRegistryMap(text)).toBeUndefined(),
  );
});
