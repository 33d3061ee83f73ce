// How servers run: image volumes, servers that speak HTTP, sidecars, policies by egress mode, and what follows a change.

import { describe, expect, test } from 'vitest';
import { kubeconform } from '../kubeconform.ts';
import { type Manifest, oneServer, refusal, render, run } from './helm.ts';

const notes = (values: object) =>
  run('install', values as Record<string, unknown>, { helm: 'helm4' }).stdout.split('NOTES:')[1];
const entry = (more: object = {}) => ({ image: 'a', command: ['a'], ...more });

describe('bridge.source: imageVolume', () => {
  const values = oneServer({}, { bridge: { source: 'imageVolume' } });
  const rendered = render(values, { kubernetes: '1.37.0' });
  const { spec } = rendered.get('Deployment', 'mcp-time').spec.template;

  test('mounts the image, and needs no init container', () => {
    expect(spec.initContainers).toBeUndefined();
    expect(spec.volumes[0]).toEqual({
      name: 'mcpgen-bridge',
      image: { reference: 'docker/mcp-gateway:v2', pullPolicy: 'IfNotPresent' },
    });
    const folders = ['lib', 'usr/lib', 'lib/x86_64-linux-gnu', 'lib/aarch64-linux-gnu'];
    const shell = `/bridge-image/lib/ld-musl-x86_64.so.1 --library-path ${folders.map((one) => `/bridge-image/${one}`).join(':')}`;
    expect(spec.containers[0].command.join(' ')).toBe(
      `${shell} /bridge-image/bin/busybox sh /bridge/init.sh 45 /bridge-image/misc/docker-mcp-bridge ` +
        `${shell} /bridge-image/bin/busybox sh /bridge/run-server.sh ${shell} /bridge-image/bin/busybox`,
    );
    expect(spec.containers[0].volumeMounts).toContainEqual({
      name: 'mcpgen-scripts',
      mountPath: '/bridge',
      readOnly: true,
    });
    expect(kubeconform(rendered.text, '1.37.0')).toMatchObject({ invalid: 0, errors: 0 });
  });

  test('is refused where Kubernetes cannot have it, and the notes name the error where it may be off', () => {
    expect(refusal(values, { kubernetes: '1.32.0' })).toContain('bridge.source: imageVolume needs Kubernetes 1.33');
    const told = notes(oneServer({}, { bridge: { source: 'imageVolume' } }) as object);
    expect(told).toContain('exec: /bridge-image/lib/ld-musl-x86_64.so.1: no such file or directory');
  });
});

describe('a server that speaks HTTP', () => {
  const values = {
    relay: { enabled: false },
    servers: { web: { image: 'web', http: { port: 8080 } }, api: entry({ http: { port: 80, path: '/x' } }) },
  };
  const rendered = render(values);
  const { spec } = rendered.get('Deployment', 'mcp-web').spec.template;

  test('runs as its image has it, without the bridge', () => {
    expect(spec.initContainers).toBeUndefined();
    const [container] = spec.containers;
    expect([container.command, container.args]).toEqual([undefined, undefined]);
    expect(container.ports[0].containerPort).toBe(8080);
    expect(container.readinessProbe.tcpSocket).toEqual({ port: 'mcp' });
    expect(spec.volumes.map(({ name }: Manifest) => name)).toEqual(['mcpgen-tmp', 'mcpgen-home']);
    expect(rendered.get('Deployment', 'mcp-api').spec.template.spec.containers[0].command).toEqual(['a']);
    expect(rendered.get('Service', 'mcp-web').spec.ports[0]).toMatchObject({ port: 8080, appProtocol: 'http' });
  });

  test('is a remote to the gateway, which accepts that only then', () => {
    const gateway = rendered.get('Deployment', 'rel-mcpgen').spec.template.spec;
    const catalog = rendered.get('ConfigMap', 'rel-mcpgen-config').data['catalog.yaml'];
    expect(catalog).toContain('url: "http://mcp-web:8080/mcp", transport_type: streamable-http');
    expect(catalog).toContain('url: "http://mcp-api:80/x"');
    const lifted = { name: 'DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS', value: '1' };
    expect(gateway.containers[0].env).toContainEqual(lifted);
    expect(gateway.initContainers[0].args).toContainEqual(
      expect.stringMatching(/^required=web@mcp-web-[^:]+:8080$|^required=web:8080@/),
    );
    expect(render(oneServer()).text).not.toContain(lifted.name);
    expect(notes(values)).toContain('because these servers speak HTTP: api web.');
  });

  test('is reached at its port, and only by the gateway', () => {
    const ports = [4444, 80, 8080].map((port) => ({ port, protocol: 'TCP' }));
    expect(rendered.get('NetworkPolicy', 'rel-mcpgen').spec.egress[1].ports).toEqual(ports);
    expect(rendered.get('NetworkPolicy', 'rel-mcpgen-servers').spec.ingress[0].ports).toEqual(ports);
  });
});

describe('topology: sidecars', () => {
  const servers = {
    a: entry({ egress: { mode: 'none' }, podSecurityContext: { runAsUser: 7 } }),
    b: entry({ volumes: { data: { mountPath: '/d', persistentVolumeClaim: { size: '1Gi' } } } }),
    far: { remote: { url: 'https://far' } },
    web: { image: 'web', http: { port: 8080 } },
  };
  const rendered = render({ topology: 'sidecars', servers });
  const { spec } = rendered.get('Deployment', 'rel-mcpgen').spec.template;
  const sidecars: Manifest[] = spec.initContainers.filter((one: Manifest) => one.restartPolicy === 'Always');

  test('puts each server into the gateway pod, with an address of its own', () => {
    expect(rendered.kind('Deployment')).toHaveLength(1);
    expect(rendered.kind('Service')).toHaveLength(1);
    expect(sidecars.map(({ name }) => name)).toEqual(['server-a', 'server-b', 'server-web']);
    expect(spec.hostAliases).toEqual([
      { ip: '127.0.1.1', hostnames: ['mcp-a'] },
      { ip: '127.0.1.2', hostnames: ['mcp-b'] },
      { ip: '127.0.1.3', hostnames: ['mcp-web'] },
    ]);
    expect(sidecars[1].command.join(' ')).toContain('sh /bridge/listen.sh 127.0.1.2 /bridge/loader');
    expect(spec.initContainers.at(-1).name).toBe('wait-for-servers');
    const catalog = rendered.get('ConfigMap', 'rel-mcpgen-config').data['catalog.yaml'];
    expect(catalog).toContain('url: "http://localhost:8080/mcp"');
  });

  test('keeps users and volumes apart', () => {
    expect(sidecars[0].securityContext).toMatchObject({ runAsUser: 7, runAsNonRoot: true });
    const names: string[] = spec.volumes.map(({ name }: Manifest) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['s1-mcpgen-tmp', 's2-data']));
    for (const { volumeMounts } of sidecars) for (const { name } of volumeMounts ?? []) expect(names).toContain(name);
    expect(rendered.get('Deployment', 'rel-mcpgen').spec.strategy).toEqual({ type: 'Recreate' });
    expect(kubeconform(rendered.text, '1.29.0')).toMatchObject({ invalid: 0, errors: 0 });
  });

  test('has one policy, with all that any server may reach', () => {
    expect(rendered.kind('NetworkPolicy').map(({ metadata }) => metadata.name)).toEqual([
      'rel-mcpgen',
      'rel-mcpgen-test',
    ]);
    const [, internet] = rendered.get('NetworkPolicy', 'rel-mcpgen').spec.egress;
    expect(internet.to[0].ipBlock.cidr).toBe('0.0.0.0/0');
    expect(internet.ports).toBeUndefined();
  });

  test('refuses what it cannot hold', () => {
    const refused = refusal({
      topology: 'sidecars',
      bridge: { source: 'imageVolume' },
      servers: {
        a: entry({ replicas: 2, serviceAccount: { name: 'x' }, runtimeClassName: 'gvisor' }),
        b: { image: 'b', http: { port: 8811 } },
      },
    });
    for (const words of [
      'bridge.source: imageVolume does not provide the listener',
      'servers.a.replicas: topology sidecars runs one copy of each server',
      'servers.a.serviceAccount: has no effect in topology sidecars',
      'servers.a.runtimeClassName: has no effect',
      'servers.b.http.port: 8811 is also the port of the gateway',
    ])
      expect(refused).toContain(words);
    expect(notes({ topology: 'sidecars', servers })).toContain('Each can reach whatever any of them can');
  });
});

test('a Service leads to the pods of every revision, so that a rollout that fails takes none off the air', () => {
  const of = (server: object) => render({ servers: { a: entry(server) } });
  expect(of({ image: 'a:2' }).get('Service', 'mcp-a')).toEqual(of({}).get('Service', 'mcp-a'));
  const { selector } = of({}).get('Deployment', 'mcp-a').spec;
  expect(of({}).get('Service', 'mcp-a').spec.selector).toEqual(selector.matchLabels);
});

test('a gateway pod goes when another one is ready, accepts connections until nobody is sent to it, and ends the calls that are out', () => {
  const { spec } = render({ servers: { a: entry() } }).get('Deployment', 'rel-mcpgen');
  expect(spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } });
  const preStop = (values: { readonly [key: string]: unknown }): unknown =>
    render(values).get('Deployment', 'rel-mcpgen').spec.template.spec.containers[0].lifecycle.preStop.exec.command;
  const servers = { a: entry() };
  // The grace period is 30 seconds.
  expect(preStop({ servers })).toEqual([
    'sh',
    '-c',
    String.raw`sleep 2; printf 'GET /drain?seconds=22 HTTP/1.0\r\n\r\n' | socat -t 24 -T 24 - TCP:127.0.0.1:9090,shut-none >/dev/null; sleep 1`,
  ]);
  expect(preStop({ servers, relay: { enabled: false } })).toEqual(['sleep', '2']);
  expect(preStop({ servers, gateway: { terminationGracePeriodSeconds: 5 } })).toEqual(['sleep', '2']);
});

test('helm test gets the tools that clients should see', () => {
  const { servers } = {
    servers: {
      all: entry({ tools: ['one', 'two'] }),
      some: entry({ tools: ['one', 'two'], allowTools: ['two'], prefix: 'p', required: false }),
      unknown: entry(),
      off: { enabled: false, tools: ['x'] },
    },
  };
  const data = render({ servers }).get('ConfigMap', 'rel-mcpgen-scripts').data['expected-tools.json'];
  expect(JSON.parse(data)).toEqual({
    all: { required: true, tools: ['one', 'two'] },
    some: { required: false, tools: ['p__two'], prefix: 'p' },
    unknown: { required: true },
  });
});

test('without the relay, the gateway is watched for late servers only where it waits for required ones', () => {
  const liveness = (values: object) =>
    Object.keys(
      render({ ...values, relay: { enabled: false } }).get('Deployment', 'rel-mcpgen').spec.template.spec.containers[0]
        .livenessProbe,
    )[0];
  expect(liveness({ servers: { a: entry() } })).toBe('exec');
  expect(liveness({ servers: { a: entry({ required: false }) } })).toBe('httpGet');
  expect(liveness({ servers: { a: entry() }, gateway: { waitForServers: { enabled: false } } })).toBe('httpGet');
});

describe('persistentVolumeClaim.fill', () => {
  const filled = { memory: { mountPath: '/app/dist', persistentVolumeClaim: { size: '1Gi', fill: true } } };

  test("copies the image's files into the empty claim, before the server starts", () => {
    const { spec } = render(oneServer({ volumes: filled })).get('Deployment', 'mcp-time').spec.template;
    const [bridge, fill] = spec.initContainers;
    expect(bridge.name).toBe('bridge');
    expect(fill).toMatchObject({ name: 'fill-memory', image: spec.containers[0].image });
    expect(fill.command.join(' ')).toContain('/bridge/fill.sh /app/dist /bridge/loader');
    expect(fill.volumeMounts).toContainEqual({ name: 'memory', mountPath: '/mcpgen-fill' });
    expect(fill.securityContext).toEqual(spec.containers[0].securityContext);
  });

  test.each([
    ['in sidecars', { topology: 'sidecars' }, {}],
    ['with http', {}, { http: { port: 8080, path: '/mcp' }, command: undefined }],
  ])('is refused %s', (_, root, server) => {
    expect(refusal(oneServer({ volumes: filled, ...server }, root))).toContain(
      'volumes.memory.persistentVolumeClaim.fill: needs',
    );
  });
});

test('the notes say that the gateway is of a moving tag, unless it is pinned', () => {
  const words = 'gateway.image is docker/mcp-gateway:v2, a moving tag';
  expect(notes({ servers: {} })).toContain(words);
  expect(notes({ gateway: { image: { digest: `sha256:${'a'.repeat(64)}` } } })).not.toContain('a moving tag');
  expect(notes({ gateway: { image: { tag: 'v0.43.3' } } })).not.toContain('a moving tag');
});
