// Text stays data: whatever code points values carry, the manifests that Helm prints say the same when Go reads them back.

import { expect, test } from 'vitest';
import { readback } from '../readback.ts';
import { type Helm, type Manifest, run } from './helm.ts';
import { hostileTexts, hostileValues, keepIn, type Kind, manifestYaml } from './text.ts';

/** A render as Go reads it, with what ConfigMaps hold read as well, and without what is made by chance or by hashing. */
function read(helm: Helm, texts: (index: number, kind: Kind) => string, more: object): unknown[] {
  const { status, stdout, stderr } = run('template', manifestYaml(hostileValues(texts, more)), { helm });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return readback(stdout).map((document) => {
    if ('error' in document) throw new Error(document.error);
    return withoutHashes(document.value);
  });
}

function withoutHashes(value: unknown, key = ''): unknown {
  if (/^checksum\/|^mcpgen\.dev\/revision$|^token$/.test(key)) return undefined;
  if (typeof value === 'string' && /\.(yaml|json)$/.test(key)) {
    const [inner] = readback(value);
    return withoutHashes(inner && 'value' in inner ? inner.value : inner);
  }
  if (Array.isArray(value)) return value.map((one) => withoutHashes(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutHashes(one, name)]));
}

const token = /T(\d+)([a-z]+)T/g;

/** The same with hostile texts in the place of the tokens. */
function replaced(value: unknown): unknown {
  const put = (text: string) =>
    text.replace(token, (_, index: string, kind: Kind) => keepIn(kind, hostileTexts[Number(index)] as string));
  if (typeof value === 'string') return put(value);
  if (Array.isArray(value)) return value.map(replaced);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [put(name), replaced(one)]));
}

/** Objects by name, so that a difference is shown where it is. */
const byName = (objects: unknown[]) =>
  Object.fromEntries(
    (objects as Manifest[])
      .filter((one) => one !== null)
      .map((one) => [`${one.kind}/${one.metadata.name}`, one] as const),
  );

test.each<[Helm, string, object]>([
  ['helm3', 'with the relay', {}],
  ['helm4', 'without it', { relay: { enabled: false } }],
  ['helm4', 'sidecars', { topology: 'sidecars' }],
  [
    'helm3',
    'Cilium, OpenShift, image volumes',
    { networkPolicy: { flavor: 'cilium' }, platform: 'openshift', bridge: { source: 'imageVolume' } },
  ],
])('%s, %s: every text at every place is read back as it was', (helm, _, more) => {
  const plain = read(helm, (index, kind) => `T${index}${kind}T`, more);
  const hostile = byName(read(helm, (index, kind) => keepIn(kind, hostileTexts[index] as string), more));
  const expected = byName(replaced(plain) as unknown[]);
  expect(Object.keys(hostile).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [name, one] of Object.entries(hostile)) expect(one, name).toEqual(expected[name]);
  const found = new Set([...JSON.stringify(plain).matchAll(token)].map(([, index]) => index));
  expect(found.size).toBe(hostileTexts.length);
});
