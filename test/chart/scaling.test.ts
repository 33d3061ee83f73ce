// How many pods: autoscalers, disruption budgets, and the numbers that cannot work.

import { describe, expect, test } from 'vitest';
import { type Manifest, oneServer, refusal, render } from './helm.ts';

const requests = { resources: { requests: { cpu: '100m', memory: '64Mi' } } };
const affinity = { service: { sessionAffinity: 'ClientIP' } };
const slow = {
  scaleDown: { stabilizationWindowSeconds: 3600, policies: [{ type: 'Pods', value: 1, periodSeconds: 600 }] },
};
const deployment = (values: Parameters<typeof render>[0], name = 'mcp-time'): Manifest =>
  render(values).get('Deployment', name);

test('by default a Deployment says its own number, and nothing else does', () => {
  const rendered = render(oneServer());
  expect(rendered.get('Deployment', 'mcp-time').spec.replicas).toBe(1);
  const kinds = rendered.all.map(({ kind }) => kind);
  for (const kind of ['HorizontalPodAutoscaler', 'ScaledObject', 'VerticalPodAutoscaler', 'PodDisruptionBudget'])
    expect(kinds).not.toContain(kind);
});

test('zero is a number of pods', () => expect(deployment(oneServer({ replicas: 0 })).spec.replicas).toBe(0));

describe.each(['hpa', 'keda'])('%s', (kind) => {
  test('sets the number of pods, so that the Deployment does not', () => {
    expect(deployment(oneServer({ autoscaling: { kind, cpu: 80 } })).spec).not.toHaveProperty('replicas');
    const gateway = { autoscaling: { kind, cpu: 80 }, ...affinity };
    expect(deployment({ gateway }, 'rel-mcpgen').spec).not.toHaveProperty('replicas');
  });

  test('takes pods away slowly', () => {
    const [scaler] = render(oneServer({ autoscaling: { kind, cpu: 80 } })).all.filter(
      ({ spec }) => spec?.scaleTargetRef,
    );
    expect(scaler.spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'mcp-time' });
    expect(scaler.spec.behavior ?? scaler.spec.advanced.horizontalPodAutoscalerConfig.behavior).toEqual(slow);
  });
});

test('vpa sets requests only, of pods that start anyway', () => {
  const rendered = render(oneServer({ autoscaling: { kind: 'vpa' }, replicas: 2 }));
  expect(rendered.get('Deployment', 'mcp-time').spec.replicas).toBe(2);
  expect(rendered.get('VerticalPodAutoscaler', 'mcp-time').spec.updatePolicy).toEqual({ updateMode: 'Initial' });
});

test("defaults hold for every server, a server's own kind wins, and remote servers have none", () => {
  const values = {
    defaults: { autoscaling: { kind: 'hpa', cpu: 80 }, podDisruptionBudget: { maxUnavailable: 1 } },
    servers: {
      a: { image: 'a', command: ['a'] },
      b: { image: 'b', command: ['b'], autoscaling: { kind: 'none' }, replicas: 2 },
      far: { remote: { url: 'https://mcp.example.com' } },
    },
  };
  const rendered = render(values);
  expect(rendered.kind('HorizontalPodAutoscaler').map(({ metadata }) => metadata.name)).toEqual(['mcp-a']);
  // a may have one pod, where a budget would do harm.
  expect(rendered.kind('PodDisruptionBudget').map(({ metadata }) => metadata.name)).toEqual(['mcp-b']);
});

test("a budget selects its Deployment's pods, and a server's own takes the place of the default", () => {
  const rendered = render(
    oneServer(
      { replicas: 3, podDisruptionBudget: { minAvailable: 1 } },
      { defaults: { podDisruptionBudget: { maxUnavailable: 1 } } },
    ),
  );
  const { spec } = rendered.get('PodDisruptionBudget', 'mcp-time');
  expect(spec.selector).toEqual(rendered.get('Deployment', 'mcp-time').spec.selector);
  expect(spec).toMatchObject({ minAvailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  expect(spec.maxUnavailable).toBeUndefined();
});

const claim = { data: { mountPath: '/data', persistentVolumeClaim: { size: '1Gi' } } };
test.each<[string, Parameters<typeof refusal>[0], ...string[]]>([
  [
    'a gateway that may get a second pod, without session affinity',
    { gateway: { autoscaling: { kind: 'hpa', cpu: 80 } } },
    'gateway.autoscaling.maxReplicas: 3 pods, but each session lives in the memory of one pod; set gateway.service.sessionA',
  ],
  [
    'nothing to scale by',
    oneServer({ autoscaling: { kind: 'keda' } }),
    'servers.time.autoscaling: has no metric to scale by; set cpu, memory or triggers',
  ],
  [
    'keys of another kind',
    oneServer({ autoscaling: { kind: 'hpa', cpu: 80, triggers: [], updateMode: 'Off' } }),
    'servers.time.autoscaling.triggers: has no effect with kind hpa;',
    'servers.time.autoscaling.updateMode: has no effect with kind hpa;',
  ],
  [
    'a target without a kind',
    oneServer({ autoscaling: { cpu: 80 } }),
    'servers.time.autoscaling.cpu: has no effect with kind none; remove it, or set another kind',
  ],
  [
    'less at most than at least',
    oneServer({ autoscaling: { kind: 'hpa', cpu: 80, minReplicas: 4 } }),
    'servers.time.autoscaling.minReplicas: 4 is more than maxReplicas, 3;',
  ],
  [
    'a percentage of no request',
    oneServer({ autoscaling: { kind: 'hpa', cpu: 80 } }, { defaults: { resources: { requests: null, limits: null } } }),
    'servers.time.autoscaling.cpu: is a percentage of the request, but none is set; set resources.requests.cpu',
  ],
  [
    'pods that cannot share a volume',
    oneServer({ volumes: claim, autoscaling: { kind: 'hpa', cpu: 80 } }),
    'servers.time.autoscaling.maxReplicas: 3 pods cannot share the volume data, which is ReadWriteOnce;',
  ],
  [
    'the default number of pods, which cannot share a volume',
    oneServer({ volumes: claim }, { defaults: { replicas: 2 } }),
    'servers.time.replicas: 2 pods cannot share the volume data, which is ReadWriteOnce;',
  ],
  [
    'a budget of one pod',
    { gateway: { podDisruptionBudget: { minAvailable: 1 } } },
    'gateway.podDisruptionBudget: if only one pod runs, a budget blocks every node drain or has no effect',
  ],
  [
    'budgets that let no pod go',
    {
      gateway: { ...affinity, replicas: 2, podDisruptionBudget: { maxUnavailable: 0 } },
      servers: {
        a: { image: 'a', command: ['a'], replicas: 2, podDisruptionBudget: { minAvailable: 2 } },
        b: { image: 'a', command: ['a'], replicas: 2, podDisruptionBudget: { minAvailable: '100%' } },
      },
    },
    'gateway.podDisruptionBudget.maxUnavailable: 0 allows no eviction',
    'servers.a.podDisruptionBudget.minAvailable: 2 allows no eviction',
    'servers.b.podDisruptionBudget.minAvailable: 100% allows no eviction',
  ],
])('refused: %s', (_, values, ...mistakes) => {
  const message = refusal(values);
  for (const mistake of mistakes) expect(message).toContain(`- ${mistake}`);
  expect(message.match(/^- /gm), message).toHaveLength(mistakes.length);
});

test('the schema refuses what cannot be right', () => {
  const message = refusal(
    oneServer({
      ...requests,
      autoscaling: { kind: 'HPA', minReplicas: 0, cpus: 1 },
      podDisruptionBudget: { minAvailable: 1, maxUnavailable: 'half' },
    }),
  );
  for (const path of ['/autoscaling/kind', '/autoscaling/minReplicas', "'cpus'", 'maxProperties', 'half'])
    expect(message).toContain(path);
});
