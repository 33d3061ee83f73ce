// How a server's settings and `defaults` come together where keys exclude each other.

import { describe, expect, test } from 'vitest';
import { type Manifest, oneServer, refusal, render } from './helm.ts';

const specOf = (entry: object, defaults: object): Manifest =>
  render(oneServer({ ...entry }, { defaults })).get('Deployment', 'mcp-time').spec;
const podOf = (entry: object, defaults: object): Manifest => specOf(entry, defaults).template.spec;

describe('an update strategy is taken whole', () => {
  const rolling = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  const claim = { volumes: { data: { mountPath: '/d', persistentVolumeClaim: { size: '1Gi' } } } };

  test.each<[string, object, object, object]>([
    ['Recreate over rollingUpdate', { type: 'Recreate' }, rolling, { type: 'Recreate' }],
    [
      'rollingUpdate over Recreate',
      { rollingUpdate: { maxSurge: 2 } },
      { type: 'Recreate' },
      { rollingUpdate: { maxSurge: 2 } },
    ],
  ])('%s', (_, own, all, expected) => {
    expect(specOf({ deploymentStrategy: own }, { deploymentStrategy: all }).strategy).toEqual(expected);
  });

  test("a default one does not keep two pods from a claim that one can mount; a server's own may", () => {
    expect(specOf(claim, { deploymentStrategy: rolling }).strategy).toEqual({ type: 'Recreate' });
    expect(specOf({ ...claim, deploymentStrategy: rolling }, {}).strategy).toEqual(rolling);
    const together = render(oneServer(claim, { topology: 'sidecars', defaults: { deploymentStrategy: rolling } }));
    expect(together.get('Deployment', 'rel-mcpgen').spec.strategy).toEqual({ type: 'Recreate' });
  });
});

describe('security profiles are taken whole', () => {
  const local = (name: string) => ({ type: 'Localhost', localhostProfile: name });

  test.each(['seccompProfile', 'appArmorProfile'])('%s', (profile) => {
    for (const [at, contextOf] of [
      ['podSecurityContext', (spec: Manifest) => spec.securityContext],
      ['securityContext', (spec: Manifest) => spec.containers[0].securityContext],
    ] as const) {
      const defaults = { [at]: { [profile]: local('default.json') } };
      const own = { [at]: { [profile]: { type: 'RuntimeDefault' }, runAsUser: 7 } };
      expect(contextOf(podOf(own, defaults))).toMatchObject({ [profile]: { type: 'RuntimeDefault' }, runAsUser: 7 });
      expect(contextOf(podOf(own, defaults))[profile]).toEqual({ type: 'RuntimeDefault' });
      expect(contextOf(podOf({}, defaults))[profile]).toEqual(local('default.json'));
    }
  });
});

test('a budget is taken whole, and an empty one is none', () => {
  const defaults = { replicas: 3, podDisruptionBudget: { maxUnavailable: 1 } };
  const server = (podDisruptionBudget?: object) => ({
    image: 'a',
    command: ['a'],
    ...(podDisruptionBudget && { podDisruptionBudget }),
  });
  const rendered = render({ defaults, servers: { a: server(), b: server({ minAvailable: 2 }), c: server({}) } });
  const budgets = rendered.kind('PodDisruptionBudget');
  expect(budgets.map(({ metadata, spec }) => [metadata.name, spec.minAvailable, spec.maxUnavailable])).toEqual([
    ['mcp-a', undefined, 1],
    ['mcp-b', 2, undefined],
  ]);
});

test('an autoscaler takes nothing of another kind from the defaults', () => {
  const metrics = [
    { type: 'Pods', pods: { metric: { name: 'calls' }, target: { type: 'AverageValue', averageValue: '10' } } },
  ];
  const defaults = { autoscaling: { kind: 'hpa', metrics } };
  const own = { autoscaling: { kind: 'keda', maxReplicas: 4 } };
  expect(refusal(oneServer(own, { defaults }))).toContain(
    'servers.time.autoscaling: has no metric to scale by; set cpu, memory or triggers',
  );
  const triggers = [{ type: 'prometheus' }];
  const rendered = render(oneServer({ autoscaling: { ...own.autoscaling, triggers } }, { defaults }));
  expect(rendered.get('ScaledObject', 'mcp-time').spec).toMatchObject({
    minReplicaCount: 1,
    maxReplicaCount: 4,
    triggers,
  });
});

describe('`to` and `ports` of egress belong together', () => {
  const proxy = { to: [{ ipBlock: { cidr: '10.9.9.9/32' } }], ports: [3128] };
  const to = [{ podSelector: {} }];

  test.each<[string, object, object, string]>([
    ['ports without peers', { ports: [443] }, {}, '- defaults.egress.ports: applies to `to`, which is empty'],
    ['peers in mode none', { mode: 'none', to }, {}, '- defaults.egress: `to` and `ports` have no effect in mode none'],
    [
      "ports for the default's peers",
      proxy,
      { ports: [443] },
      '- servers.time.egress.ports: applies to `to`, which is empty',
    ],
    [
      "ports for the default's peers, in mode custom",
      proxy,
      { mode: 'custom', ports: [443] },
      '- servers.time.egress.ports: does not apply to the `to` of defaults.egress; set `to` here too',
    ],
  ])('refused: %s', (_, defaults, own, message) => {
    expect(refusal(oneServer({ egress: own }, { defaults: { egress: defaults } }))).toContain(message);
  });

  test('in mode custom, an empty `to` opens its ports to every address', () => {
    const rendered = render(
      oneServer({ egress: { mode: 'custom', to: [], ports: [443] } }, { defaults: { egress: proxy } }),
    );
    expect(rendered.get('NetworkPolicy', 'mcp-time').spec.egress.at(-1)).toEqual({
      ports: [{ port: 443, protocol: 'TCP' }],
    });
  });
});
