// values.schema.json refuses what cannot be right, and names the key.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { chartSchema } from '../../generator/dev/chart-schema.ts';
import { describedValues } from '../../generator/dev/described-values.ts';
import { chart, helms, oneServer, refusal, render, root, run } from './helm.ts';

const described = describedValues(readFileSync(join(chart, 'values.yaml'), 'utf8'));

interface Schema {
  readonly [key: string]: unknown;
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

test("the chart has the schema of schemas/, with Kubernetes' definitions of what it passes on", () => {
  const [own, kubernetes] = ['schemas/values.schema.json', 'tools/kubernetes-1.34.schema.json'].map((file) =>
    readFileSync(join(root, file), 'utf8'),
  ) as [string, string];
  const bundled = readFileSync(join(chart, 'values.schema.json'), 'utf8');
  expect(bundled, 'run `npm run gen`').toBe(chartSchema(own, kubernetes, described));
  expect(bundled).not.toMatch(/"\$ref": "(?!#\/definitions\/)/);
});

test('editors show of each value what values.yaml says: its default, and what it is for', () => {
  const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')) as Schema;
  const resolve = (node: Schema | undefined): Schema | undefined => {
    const [name = '', ...inner] = node?.$ref?.split('/').slice(2) ?? [];
    if (name === '') return node;
    return inner.reduce<Schema | undefined>((one, key) => one?.[key] as Schema, schema.definitions?.[name]);
  };
  const properties = described.map(({ path, default: value }) => {
    const parent = path
      .slice(0, -1)
      .reduce<Schema | undefined>((node, key) => resolve(node?.properties?.[key]), schema);
    return { path: path.join('.'), value, property: parent?.properties?.[path.at(-1) ?? ''] };
  });
  const without = properties.filter(({ property }) => !property?.description && !resolve(property)?.description);
  expect(without.map(({ path }) => path)).toEqual([]);
  const other = properties.filter(({ value, property }) => !isDeepStrictEqual(property?.default, value));
  // These stand in definitions that several values have.
  expect(
    other
      .map(({ path }) => path)
      .filter((path) => !/\.(image|resources|autoscaling|serviceAccount)\.|^defaults\.(egress|service)\./.test(path)),
  ).toEqual([]);
});

test("a typo in an object of Kubernetes' is refused, at every key that takes one", () => {
  const typo = [{ podSelector: { matchLabel: { app: 'x' } } }];
  const pod = {
    affinity: { nodeAfinity: {} },
    tolerations: [{ keyy: 'a' }],
    topologySpreadConstraints: [{ maxSkeww: 1 }],
    podSecurityContext: { runAsUsr: 1 },
    securityContext: { privilegd: false },
    resources: { claims: [{ nam: 'a' }] },
  };
  const server = {
    ...pod,
    egress: { to: typo },
    deploymentStrategy: { typ: 'Recreate' },
    autoscaling: { metrics: [{ typ: 'x' }], behavior: { scaleDwn: {} }, triggers: [{ type: 'a', metdata: {} }] },
  };
  const message = refusal({
    gateway: pod,
    defaults: { ...pod, egress: { to: typo }, deploymentStrategy: { typ: 'Recreate' } },
    relay: { metricsFrom: typo },
    networkPolicy: { gatewayFrom: typo, gatewayEgress: [{ too: [] }], dns: { to: typo } },
    exposure: { httpRoute: { parentRefs: [{ name: 'a', section: 'b' }] } },
    servers: { a: { ...server, volumes: { v: { mountPath: '/v', csi: { driver: 'a', secret: 'b' } } } } },
  });
  const podPaths = [
    'affinity',
    'tolerations/0',
    'topologySpreadConstraints/0',
    'podSecurityContext',
    'securityContext',
  ];
  const paths = [
    ...['gateway', 'defaults', 'servers/a'].flatMap((at) =>
      [...podPaths, 'resources/claims/0'].map((key) => `${at}/${key}`),
    ),
    ...['egress/to/0/podSelector', 'deploymentStrategy'].flatMap((key) => [`defaults/${key}`, `servers/a/${key}`]),
    ...['metrics/0', 'behavior', 'triggers/0'].map((key) => `servers/a/autoscaling/${key}`),
    ...['gatewayFrom/0/podSelector', 'gatewayEgress/0', 'dns/to/0/podSelector'].map((key) => `networkPolicy/${key}`),
    'relay/metricsFrom/0/podSelector',
    'exposure/httpRoute/parentRefs/0',
    'servers/a/volumes/v/csi',
  ];
  for (const path of paths) expect(message).toMatch(new RegExp(`at '/${path}':[^]*?additional properties`));
});

describe.each(helms)('%s', (helm) => {
  // All in one run: Helm reports every mistake that its schema finds.
  test('refuses wrong keys and values, all at once, by their paths', () => {
    const message = refusal(
      {
        gatway: {},
        global: { imageRegistry: 'https://mirror.example.com' },
        gateway: { replica: 2, transport: 'stdio', port: '8811', service: { type: 'clusterIP' }, port2: 1 },
        defaults: { egress: { mode: 'internal' } },
        networkPolicy: { flavor: 'calico' },
        servers: {
          typo: { imagee: 'x' },
          words: { image: 'x y', command: 'node index.js', args: [80], env: { LIST: ['a'] }, egress: { host: [] } },
          secrets: { secretEnv: { KEY: 'the-secret-itself' } },
          volumes: { volumes: { data: { mountPath: 'data', persistentVolumeClaim: { size: '1 GB' } } } },
          remote: { remote: { transport: 'websocket' } },
          amounts: { resources: { limits: { memory: '1GB' } }, egress: { hosts: ['a.example.com:99999'] } },
        },
      },
      { helm },
    );
    for (const [path, words] of [
      ['', "'gatway' not allowed"],
      ['/global/imageRegistry', 'does not match pattern'],
      ['/gateway', "'port2', 'replica' not allowed|'replica', 'port2' not allowed"],
      ['/gateway/transport', "'streaming', 'sse'"],
      ['/gateway/port', 'got string, want integer'],
      ['/gateway/service/type', "'ClusterIP'"],
      ['/defaults/egress/mode', "'internet'"],
      ['/networkPolicy/flavor', "'kubernetes'"],
      ['/servers/typo', "'imagee' not allowed"],
      ['/servers/words/image', 'does not match pattern'],
      ['/servers/words/command', 'got string, want array'],
      ['/servers/words/args/0', 'got number, want string'],
      ['/servers/words/env/LIST', 'got array, want'],
      ['/servers/words/egress', "'host' not allowed"],
      ['/servers/secrets/secretEnv/KEY', 'got string, want object'],
      ['/servers/volumes/volumes/data/mountPath', 'does not match pattern'],
      ['/servers/volumes/volumes/data/persistentVolumeClaim/size', 'does not match pattern'],
      ['/servers/amounts/resources/limits/memory', 'does not match pattern'],
      ['/servers/amounts/egress/hosts/0', 'does not match pattern'],
      ['/servers/remote/remote', "missing property 'url'"],
      ['/servers/remote/remote/transport', "'streamable-http'"],
    ] as const) {
      expect(message).toMatch(new RegExp(`at '${path}':[^]*?(${words})`));
    }
  });

  test('takes what a parent chart and other tools add', () => {
    render({ ...(oneServer() as object), global: { anything: { at: 'all' } }, enabled: true }, { helm });
  });

  test('lint is clean', () => {
    const { status, stdout, stderr } = run('lint', oneServer(), { helm, args: ['--strict'] });
    expect(stdout + stderr).not.toMatch(/WARNING|ERROR/);
    expect(status).toBe(0);
  });
});

test('a Kubernetes that is too old is refused', () => {
  expect(refusal(oneServer(), { kubernetes: '1.28.0' })).toContain('requires kubeVersion: >=1.29.0-0');
});
