// Workloads as values: what is the chart's default is left out, and everything else is there.

import { describe, expect, test } from 'vitest';
import { chartDefaults } from '../../generator/chart-defaults.ts';
import { load } from '../../generator/load.ts';
import { toValues } from '../../generator/values/emit.ts';
import type { ContainerWorkload } from '../../generator/workload/model.ts';

const [server] = load({ catalogs: [{ name: 'catalog.yaml', text: 'registry: {s: {image: a}}' }] }).value.servers;

function emit(more: Partial<ContainerWorkload>) {
  if (!server) throw new Error('no server');
  const workload: ContainerWorkload = {
    kind: 'container',
    name: 's',
    server,
    image: 'a',
    args: [],
    volumes: [],
    env: {},
    secretEnv: {},
    egress: { mode: 'internet' },
    hostAliases: [],
    resources: {},
    longLived: false,
    tools: [],
    prefix: '',
    ...more,
  };
  return toValues([workload]).servers['s'];
}

test('a server that differs in nothing is its image', () => expect(emit({})).toEqual({ image: 'a' }));

describe('the home', () => {
  test.each([
    [{ path: chartDefaults.homeDir, isEmpty: true }, {}],
    [{ path: '/home/other', isEmpty: true }, { homeDir: '/home/other' }],
    [
      { path: '/root', isEmpty: false },
      { homeDir: '', env: { HOME: '/root' } },
    ],
  ])('%j', (home, values) => expect(emit({ home })).toEqual({ image: 'a', ...values }));
});

describe('users', () => {
  const own = chartDefaults.runAsUser;
  const ids = (user: number, group = user, fsGroup = group) => ({
    runAsUser: user,
    runAsGroup: group,
    fsGroup,
  });
  test.each([
    [{ user: own }, {}],
    [
      { user: own, hostUsers: false as const },
      { hostUsers: false, podSecurityContext: ids(own) },
    ],
    [{ user: 5 }, { podSecurityContext: ids(5) }],
    [{ user: own, group: 6 }, { podSecurityContext: ids(own, 6) }],
    [{ user: own, fsGroup: 7 }, { podSecurityContext: ids(own, own, 7) }],
    [{ user: 0 }, { podSecurityContext: { ...ids(0), runAsNonRoot: false } }],
  ])('%j', (runAs, values) => expect(emit({ runAs })).toEqual({ image: 'a', ...values }));
});

describe('volumes', () => {
  const mounted = { name: 'v', mountPath: '/v', readOnly: false };
  test.each([
    [
      { kind: 'persistentVolumeClaim', size: '1Gi', fill: true },
      { persistentVolumeClaim: { size: '1Gi', fill: true } },
    ],
    [{ kind: 'persistentVolumeClaim', size: '1Gi' }, { persistentVolumeClaim: { size: '1Gi' } }],
    [
      { kind: 'image', reference: 'a', subPath: 'b' },
      { subPath: 'b', image: { reference: 'a' } },
    ],
    [{ kind: 'configMap', name: 'c' }, { configMap: { name: 'c' } }],
    [
      { kind: 'secret', name: 'c', key: 'k' },
      { subPath: 'k', secret: { name: 'c', items: [{ key: 'k', path: 'k' }] } },
    ],
    [{ kind: 'sameAs', volume: 'w' }, { sameAs: 'w' }],
  ] as const)('%j', (source, values) =>
    expect(emit({ volumes: [{ ...mounted, source }] })?.volumes).toEqual({ v: { mountPath: '/v', ...values } }),
  );
});

test('images of the gateway and the relay are there if something is said of them', () => {
  expect(toValues([], { gateway: {}, relay: {} })).toEqual({ servers: {} });
  expect(toValues([], { relay: { tag: '1' } })).toEqual({ relay: { image: { tag: '1' } }, servers: {} });
});
