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
  if (/^checksum\/|^hostname$|^token$/.test(key)) return undefined;
  // The name of a server's pods without the relay.
  if (typeof value === 'string' && value.startsWith('required=')) return value.replace(/-[0-9a-f]{10}\./, '.');
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

/** Names that Kubernetes takes, and YAML takes for something else. */
test.each(['123', '1e3', '0x1f', 'true', 'null', 'yes', '1.5', '2024-01-01', '010'])(
  'the name %s stays a text',
  (odd) => {
    const rendered = (name: string, label: string) => {
      const account = { serviceAccount: { create: false, name } };
      const values = {
        fullnameOverride: label,
        nameOverride: label,
        commonLabels: { [name]: name },
        imagePullSecrets: [{ name }],
        gateway: {
          ...account,
          auth: { existingSecret: name, key: name },
          autoscaling: { kind: 'vpa' },
          priorityClassName: name,
        },
        exposure: {
          hosts: [name],
          path: '/',
          service: { name },
          tls: { secretName: name },
          ingress: { enabled: true, className: name },
          httpRoute: { enabled: true, parentRefs: [{ name, sectionName: name }] },
          route: { enabled: true },
        },
        platform: 'openshift',
        externalSecrets: { enabled: true, secretStoreRef: { name } },
        servers: {
          [label]: {
            ...account,
            image: name,
            command: [name],
            secretEnv: { A: { name, key: name } },
            runtimeClassName: name,
            priorityClassName: name,
            volumes: {
              [label]: { mountPath: '/a', persistentVolumeClaim: { size: '1Gi', storageClassName: name } },
              zzzzb: { mountPath: '/b', existingClaim: name },
              zzzzc: { mountPath: '/c', secret: { name } },
              zzzzd: { mountPath: '/d', configMap: { name } },
            },
          },
        },
      };
      const { status, stdout, stderr } = run('template', values, { namespace: label, release: 'r' });
      expect(stderr).toBe('');
      expect(status).toBe(0);
      return readback(stdout).map((document) => withoutHashes('value' in document ? document.value : document));
    };
    // A label has no dot.
    const label = odd.replace('.', '-');
    const put = (text: string) =>
      JSON.parse(text.replaceAll('zzzname', odd).replaceAll('zzzlabel', label)) as Manifest[];
    expect(byName(rendered(odd, label))).toEqual(byName(put(JSON.stringify(rendered('zzzname', 'zzzlabel')))));
  },
);

test.each(['\n', '"', '\u0085', '\u2028', '\u007f', '\ufeff', '{{'])(
  'places that take names only refuse a text with %j, each by its path',
  (char) => {
    const odd = `a${char}b`;
    const { status, stderr } = run(
      'template',
      manifestYaml({
        fullnameOverride: odd,
        imagePullSecrets: [{ name: odd }],
        gateway: { auth: { existingSecret: odd, key: odd }, extraEnv: { [odd]: 'a' }, service: { appProtocol: odd } },
        exposure: { hosts: [odd], tls: { secretName: odd }, ingress: { className: odd } },
        defaults: { scratchSizeLimit: odd, egress: { hosts: [`${odd}:1`] } },
        servers: {
          time: {
            env: { [odd]: 'a' },
            secretEnv: { A: { name: odd, key: odd } },
            serviceAccount: { name: odd },
            runtimeClassName: odd,
            resources: { limits: { memory: odd } },
            volumes: { a: { mountPath: '/a', existingClaim: odd } },
          },
          far: { remote: { url: 'https://a', secrets: { [odd]: { name: 'a', key: 'a' } } } },
        },
      }),
    );
    expect(status).toBe(1);
    for (const path of [
      '/fullnameOverride',
      '/imagePullSecrets/0/name',
      '/gateway/auth/existingSecret',
      '/gateway/auth/key',
      '/gateway/service/appProtocol',
      '/gateway/extraEnv',
      '/servers/time/env',
      '/servers/far/remote/secrets',
      '/exposure/hosts/0',
      '/exposure/tls/secretName',
      '/exposure/ingress/className',
      '/defaults/scratchSizeLimit',
      '/defaults/egress/hosts/0',
      '/servers/time/secretEnv/A/name',
      '/servers/time/secretEnv/A/key',
      '/servers/time/serviceAccount/name',
      '/servers/time/runtimeClassName',
      '/servers/time/resources/limits/memory',
      '/servers/time/volumes/a/existingClaim',
    ])
      expect(stderr, path).toContain(`at '${path}'`);
  },
);

test('names of servers and volumes that are none are refused, and shown without what a terminal obeys', () => {
  const odd = 'a\u001b[31m\n- servers.forged: yes';
  const volumes = { [odd]: { mountPath: '/a', emptyDir: {} } };
  const { status, stderr } = run(
    'template',
    manifestYaml({ servers: { [odd]: { image: 'a', command: ['a'], volumes } } }),
  );
  expect(status).toBe(1);
  expect(stderr).not.toMatch(/\u001b|^- servers\.forged/m);
  expect(stderr).toContain(String.raw`- servers.a\x1b[31m\n- servers.forged: yes: is not a valid server name`);
  expect(stderr).toContain('is not a valid volume name');
});
