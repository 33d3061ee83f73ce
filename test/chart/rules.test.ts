// What the chart decides by itself: directories, update strategy, egress by mode, start order, labels, notes.

import { describe, expect, test } from 'vitest';
import { type Manifest, type Manifests, oneServer, render, run } from './helm.ts';

const podOf = (entry: object, rest: object = {}): Manifest =>
  render(oneServer({ ...entry }, { ...rest })).get('Deployment', 'mcp-time').spec.template.spec;
const mountsOf = (entry: object): Record<string, string> =>
  Object.fromEntries(
    podOf(entry).containers[0].volumeMounts.map(({ name, mountPath }: Manifest) => [mountPath, name] as const),
  );
const strategyOf = (volume: object, entry: object = {}) =>
  render(oneServer({ volumes: { data: { mountPath: '/data', ...volume } }, ...entry })).get('Deployment', 'mcp-time')
    .spec.strategy;

describe('a server', () => {
  test('is started by the bridge, through the wrapper', () => {
    const [server] = podOf({ command: ['node', 'index.js'], args: ['--port', '80'] }).containers;
    expect(server.command.join(' ')).toBe(
      '/bridge/loader --library-path /bridge /bridge/busybox sh /bridge/init.sh 45 ' +
        '/bridge/docker-mcp-bridge /bridge/loader --library-path /bridge /bridge/busybox sh /bridge/run-server.sh ' +
        '/bridge/loader --library-path /bridge /bridge/busybox',
    );
    expect(server.args).toEqual(['node', 'index.js', '--port', '80']);
  });

  test('has probes that open no connection', () => {
    const [{ startupProbe, readinessProbe, livenessProbe }] = podOf({}).containers;
    expect(startupProbe.exec.command.at(-1)).toBe('/bridge/is-ready.sh');
    expect(readinessProbe.exec.command.slice(-2)).toEqual(['/bridge/is-ready.sh', '/mcpgen-state/start']);
    expect(readinessProbe.periodSeconds).toBe(10);
    expect(livenessProbe).toBeUndefined();
  });

  test.each<[string, object, Record<string, string>]>([
    ['by default', {}, { '/tmp': 'mcpgen-tmp', '/home/mcp': 'mcpgen-home' }],
    ['no home', { homeDir: '' }, { '/tmp': 'mcpgen-tmp' }],
    ['HOME in env', { env: { HOME: '/elsewhere' } }, { '/tmp': 'mcpgen-tmp' }],
    ['the home is /tmp', { homeDir: '/tmp' }, { '/tmp': 'mcpgen-tmp' }],
    ['HOME in env, and the home is /tmp', { homeDir: '/tmp', env: { HOME: '/x' } }, { '/tmp': 'mcpgen-tmp' }],
    [
      'a volume at /tmp',
      { volumes: { mine: { mountPath: '/tmp', emptyDir: {} } } },
      { '/tmp': 'mine', '/home/mcp': 'mcpgen-home' },
    ],
    [
      'a volume at the home',
      { volumes: { mine: { mountPath: '/home/mcp', emptyDir: {} } } },
      { '/tmp': 'mcpgen-tmp', '/home/mcp': 'mine' },
    ],
  ])('writable directories: %s', (_, entry, mounts) => {
    expect(mountsOf(entry)).toEqual({ '/bridge': 'mcpgen-bridge', '/mcpgen-state': 'mcpgen-state', ...mounts });
  });

  test('secrets come before the values that refer to them', () => {
    const { env } = podOf({ env: { A: '$(TOKEN)' }, secretEnv: { TOKEN: { name: 's', key: 'k' } } }).containers[0];
    expect(env.map(({ name }: Manifest) => name)).toEqual(['HOME', 'TOKEN', 'A']);
  });

  test('Recreate, when a second pod could not mount a volume', () => {
    const claim = (accessModes?: string[]) => ({
      persistentVolumeClaim: { size: '1Gi', ...(accessModes && { accessModes }) },
    });
    expect(strategyOf(claim())).toEqual({ type: 'Recreate' });
    expect(strategyOf(claim(['ReadWriteOncePod']))).toEqual({ type: 'Recreate' });
    expect(strategyOf({ existingClaim: 'a' })).toEqual({ type: 'Recreate' });
    expect(strategyOf({ existingClaim: 'a', readOnly: true })).toBeUndefined();
    expect(strategyOf(claim(['ReadWriteMany']))).toBeUndefined();
    expect(strategyOf({ emptyDir: {} })).toBeUndefined();
    expect(strategyOf(claim(), { deploymentStrategy: { type: 'RollingUpdate' } })).toEqual({ type: 'RollingUpdate' });
  });

  test('claims are kept, unless keep is false', () => {
    const volume = (keep: object) => ({ mountPath: '/d', persistentVolumeClaim: { size: '1Gi', ...keep } });
    const rendered = render(
      oneServer({ volumes: { a: volume({}), b: { ...volume({ keep: false }), mountPath: '/e' } } }),
    );
    const annotations = (name: string) => rendered.get('PersistentVolumeClaim', name).metadata.annotations;
    expect(annotations('mcp-time-a')).toEqual({ 'helm.sh/resource-policy': 'keep' });
    expect(annotations('mcp-time-b')).toBeUndefined();
  });

  test('servers may share an existing claim', () => {
    const server = (readOnly: boolean) => ({
      image: 'a',
      command: ['a'],
      volumes: { files: { mountPath: '/files', readOnly, existingClaim: 'shared' } },
    });
    const rendered = render({ servers: { writer: server(false), reader: server(true) } });
    const specOf = (name: string) => rendered.get('Deployment', name).spec as Manifest;
    for (const name of ['mcp-writer', 'mcp-reader']) {
      const claims = specOf(name).template.spec.volumes.flatMap((one: Manifest) => one.persistentVolumeClaim ?? []);
      expect(claims).toEqual([{ claimName: 'shared' }]);
      expect(specOf(name).template.spec.securityContext.fsGroup).toBe(1000);
    }
    expect([specOf('mcp-writer').strategy?.type, specOf('mcp-reader').strategy?.type]).toEqual(['Recreate', undefined]);
    expect(rendered.kind('PersistentVolumeClaim')).toEqual([]);
  });

  test("one server's settings do not reach another", () => {
    const rendered = render({
      defaults: { serviceAccount: { annotations: { all: 'yes' } } },
      servers: {
        a: {
          image: 'a',
          command: ['a'],
          serviceAccount: { annotations: { only: 'a' } },
          podSecurityContext: { runAsUser: 5 },
        },
        b: { image: 'b', command: ['b'] },
      },
    });
    expect(rendered.get('ServiceAccount', 'mcp-b').metadata.annotations).toEqual({ all: 'yes' });
    expect(rendered.get('Deployment', 'mcp-b').spec.template.spec.securityContext.runAsUser).toBe(1000);
  });

  test('servers with the same settings have only these in common', () => {
    const settings = { podLabels: { team: 'x' }, podSecurityContext: { runAsUser: 5 } };
    const volumes = { data: { mountPath: '/data', persistentVolumeClaim: { size: '1Gi' } } };
    const rendered = render({
      servers: {
        a: { ...settings, image: 'a', command: ['a'], args: ['-a'], env: { A: '1' }, volumes, description: 'A' },
        b: { ...settings, image: 'b', command: ['b'], egress: { mode: 'none' } },
        c: { podLabels: { team: 'y' }, image: 'c', command: ['c'] },
      },
    });
    const [a, b] = ['mcp-a', 'mcp-b'].map((name) => rendered.get('Deployment', name));
    for (const { spec } of [a!, b!]) {
      expect(spec.template.metadata.labels.team).toBe('x');
      expect(spec.template.spec.securityContext.runAsUser).toBe(5);
    }
    const c = rendered.get('Deployment', 'mcp-c').spec.template;
    expect([c.metadata.labels.team, c.spec.securityContext.runAsUser]).toEqual(['y', 1000]);
    const [one, other] = [a!, b!].map(({ spec }) => spec.template.spec.containers[0]);
    expect([one.image, one.args, one.env.some(({ name }: Manifest) => name === 'A')]).toEqual(['a', ['a', '-a'], true]);
    expect([other.image, other.args, other.env.some(({ name }: Manifest) => name === 'A')]).toEqual([
      'b',
      ['b'],
      false,
    ]);
    expect([a!.spec.strategy?.type, b!.spec.strategy?.type]).toEqual(['Recreate', undefined]);
    expect([a!, b!].map(({ metadata }) => metadata.annotations?.['kubernetes.io/description'])).toEqual([
      'A',
      undefined,
    ]);
    expect([a!, b!].map(({ spec }) => spec.template.metadata.labels['mcpgen.dev/egress'])).toEqual([
      'internet',
      'none',
    ]);
    expect(other.volumeMounts.some(({ name }: Manifest) => name === 'data')).toBe(false);
  });

  test('the objects of a server are the same whatever others there are', () => {
    const settings = [
      { podLabels: { team: 'x' } },
      { podAnnotations: { team: 'x' } },
      { resources: { limits: { memory: '3Gi' } } },
      { securityContext: { readOnlyRootFilesystem: false } },
      { podSecurityContext: { runAsUser: 5 }, homeDir: '/home/five' },
      { egress: { mode: 'none' } },
      { egress: { mode: 'hosts', hosts: ['a.example.com:443'] } },
      { volumes: { data: { mountPath: '/data', persistentVolumeClaim: { size: '1Gi' } } } },
      { env: { A: '1' }, secretEnv: { B: { name: 'b', key: 'b' } }, args: ['-a'] },
      { http: { port: 8080 } },
      { nodeSelector: { disk: 'fast' }, startSeconds: 77 },
      { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }] },
    ];
    // Each setting by itself, and with the next one.
    const servers = Object.fromEntries(
      settings.flatMap((own, index) => [
        [`s${index}`, { image: 'a', command: ['a'], ...own }],
        [`t${index}`, { image: 'b', command: ['b'], ...own, ...settings[(index + 1) % settings.length] }],
      ]),
    );
    const objectsOf = (rendered: Manifests, name: string) =>
      rendered.all.filter(({ metadata }) => metadata.labels?.['mcpgen.dev/server'] === name);
    const together = render({ servers });
    for (const [name, server] of Object.entries(servers)) {
      const own = objectsOf(together, name);
      expect(own.length, name).toBeGreaterThan(1);
      expect(objectsOf(render({ servers: { [name]: server } }), name), name).toEqual(own);
    }
  });

  test('names that YAML could take for something else stay text', () => {
    const entry = { image: 'a', command: ['a'] };
    const rendered = render({ servers: { on: entry, null: entry, '123': entry, '1e3': entry } });
    for (const name of ['on', 'null', '123', '1e3']) {
      expect(rendered.get('Deployment', `mcp-${name}`).spec.selector.matchLabels['mcpgen.dev/server']).toBe(name);
    }
  });
});

describe('egress', () => {
  /** What all policies together let the server's pod out to. */
  const rules = (egress?: object): Manifest[] => {
    const rendered = render(oneServer(egress ? { egress } : {}));
    const { labels } = rendered.get('Deployment', 'mcp-time').spec.template.metadata;
    return rendered
      .kind('NetworkPolicy')
      .filter(({ spec }) => Object.entries(spec.podSelector.matchLabels).every(([key, value]) => labels[key] === value))
      .flatMap(({ spec }) => spec.egress ?? []);
  };
  const dns = expect.objectContaining({
    ports: [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
  });

  test('none', () => expect(rules({ mode: 'none' })).toEqual([]));
  test('all', () => expect(rules({ mode: 'all' })).toEqual([{}]));

  test('internet, by default, without private, link-local and carrier ranges', () => {
    const [first, internet, ...more] = rules();
    expect(first).toEqual(dns);
    expect(more).toEqual([]);
    const [four, six] = internet.to.map((peer: Manifest) => peer.ipBlock);
    expect([four.cidr, six.cidr]).toEqual(['0.0.0.0/0', '::/0']);
    const private4 = [
      '10.0.0.0/8',
      '172.16.0.0/12',
      '192.168.0.0/16',
      '100.64.0.0/10',
      '169.254.0.0/16',
      '127.0.0.0/8',
    ];
    expect(four.except).toEqual(expect.arrayContaining(private4));
    expect(six.except).toEqual(expect.arrayContaining(['fc00::/7', 'fe80::/10', '::1/128']));
  });

  test('hosts: ports on the internet, addresses exactly', () => {
    const [first, address, names] = rules({ mode: 'hosts', hosts: ['a:443', 'b:443', 'c:80', '10.0.0.5:5432'] });
    expect(first).toEqual(dns);
    expect(address).toEqual({ to: [{ ipBlock: { cidr: '10.0.0.5/32' } }], ports: [{ port: 5432, protocol: 'TCP' }] });
    expect(names.ports.map(({ port }: Manifest) => port)).toEqual([443, 80]);
    expect(names.to[0].ipBlock.cidr).toBe('0.0.0.0/0');
  });

  test('custom: as given', () => {
    const to = [{ namespaceSelector: { matchLabels: { a: 'b' } } }];
    expect(rules({ mode: 'custom', to })).toEqual([dns, { to }]);
    expect(rules({ mode: 'custom', ports: [80] })).toEqual([dns, { ports: [{ port: 80, protocol: 'TCP' }] }]);
  });

  test("the gateway's is closed to the internet, but for remote servers", () => {
    const open = (values: object) =>
      render(values as Record<string, unknown>).get('NetworkPolicy', 'rel-mcpgen').spec.egress;
    expect(open(oneServer() as object)).toHaveLength(2);
    const far = (url: string) => ({ remote: { url } });
    const [, , ...rules] = open({
      servers: { a: far('https://a'), b: far('https://b/mcp'), c: far('https://c:8443') },
    });
    expect(rules).toHaveLength(1);
    expect(rules[0].ports.map(({ port }: Manifest) => port)).toEqual([443, 8443]);
    expect(rules[0].to[0].ipBlock.except).toContain('10.0.0.0/8');
  });
});

describe('the gateway', () => {
  const values = {
    servers: {
      a: { image: 'a', command: ['a'] },
      b: { image: 'b', command: ['b'], required: false, longLived: false },
      c: { remote: { url: 'https://c' } },
    },
  };
  const rendered = render({ ...values, relay: { enabled: false } });
  const { spec, metadata } = rendered.get('Deployment', 'rel-mcpgen').spec.template;
  const checksum = (changed: object, relay: object = { enabled: false }): string =>
    render({ ...changed, relay }).get('Deployment', 'rel-mcpgen').spec.template.metadata.annotations[
      'checksum/servers'
    ];

  test('waits for its servers without the relay, and starts with those that are there', () => {
    const [wait] = spec.initContainers;
    // Pods of these settings, by their names: a Service leads to those of older ones as well.
    const pod = (name: string) =>
      expect.stringMatching(new RegExp(`=${name}@mcp-${name}-[0-9a-f]{10}\\.rel-mcpgen-servers\\.ns\\.svc$`));
    expect(wait.args.slice(1)).toEqual(['/run/mcpgen', '120', '15', pod('a'), pod('b'), 'remote=c']);
    expect(spec.containers[0].args).toContain('--registry=/run/mcpgen/registry.yaml');
  });

  test('offers no tools that add servers', () => {
    const config = JSON.parse(rendered.get('ConfigMap', 'rel-mcpgen-config').data['config.json']);
    expect(config.features['dynamic-tools']).toBe('disabled');
    expect(spec.containers[0].volumeMounts).toContainEqual(
      expect.objectContaining({ mountPath: '/home/mcp/.docker/config.json', subPath: 'config.json' }),
    );
  });

  test('is long-lived by default, server by server', () => {
    const catalog: string = rendered.get('ConfigMap', 'rel-mcpgen-config').data['catalog.yaml'];
    expect(catalog.match(/longLived: \w+/g)).toEqual(['longLived: true', 'longLived: false', 'longLived: true']);
  });

  test('restarts when something changes that may change the tools, and only then', () => {
    const before = metadata.annotations['checksum/servers'];
    const { a, b, c } = values.servers;
    expect(checksum({ servers: { a, b } })).not.toBe(before);
    expect(checksum({ servers: { a: { ...a, image: 'a:2' }, b, c } })).not.toBe(before);
    expect(checksum({ servers: { a: { ...a, args: ['x'] }, b, c } })).not.toBe(before);
    expect(checksum({ servers: { a: { ...a, allowTools: [] }, b, c } })).not.toBe(before);
    expect(checksum({ servers: { a: { ...a, resources: { limits: { memory: '3Gi' } } }, b, c } })).toBe(before);
    expect(checksum({ servers: { a, b, c, off: { enabled: false } } })).toBe(before);
  });

  test('goes on with the relay, which sees when a server changes', () => {
    const { a, b, c } = values.servers;
    const web = { image: 'web', http: { port: 8080 } };
    const before = checksum({ servers: { a, b, c, web } }, {});
    expect(checksum({ servers: { a: { ...a, image: 'a:2', args: ['x'], tools: ['y'] }, b, c, web } }, {})).toBe(before);
    expect(checksum({ servers: { a: { ...a, allowTools: [] }, b, c, web } }, {})).not.toBe(before);
    expect(checksum({ servers: { a, b, c, web: { ...web, image: 'web:2' } } }, {})).not.toBe(before);
    expect(checksum({ servers: { a, b } }, {})).not.toBe(before);
    const cold = { warm: { min: 0, max: 0 } };
    expect(checksum({ servers: { a, b: { ...b, image: 'b:2' } } }, cold)).not.toBe(
      checksum({ servers: { a, b } }, cold),
    );
  });

  test('needs no file of secrets, unless a remote server has some', () => {
    expect(spec.containers[0].args).toContain('--secrets=/dev/null');
    expect(spec.initContainers.map(({ name }: Manifest) => name)).toEqual(['wait-for-servers']);
  });

  test('lets `helm test` in where clients are limited', () => {
    const limited = render(oneServer({}, { networkPolicy: { gatewayFrom: [{ podSelector: {} }] } }));
    const { from } = limited.get('NetworkPolicy', 'rel-mcpgen').spec.ingress[0];
    expect(limited.get('Pod', 'rel-mcpgen-test').metadata.labels).toMatchObject(from[1].podSelector.matchLabels);
  });
});

test('labels of a person are added, and do not replace those that selectors use', () => {
  const rendered = render(oneServer({}, { commonLabels: { team: 'blue', 'app.kubernetes.io/name': 'mine' } }));
  for (const { labels } of rendered.pods()) {
    expect(labels['app.kubernetes.io/name']).toBe('mcpgen');
    expect(labels['team']).toBe('blue');
  }
});

test('the notes tell how to get in, and what stays', () => {
  const volumes = { data: { mountPath: '/d', persistentVolumeClaim: { size: '1Gi' } } };
  const notes = run('install', oneServer({ volumes }), { helm: 'helm4' }).stdout.split('NOTES:')[1];
  for (const words of [
    'Servers in the cluster: 1; remote servers: 0.',
    'http://rel-mcpgen.ns.svc:8811/mcp',
    "get secret rel-mcpgen-auth -o jsonpath='{.data.token}'",
    'port-forward service/rel-mcpgen 8811:8811',
    '"url": "http://localhost:8811/mcp"',
    'One release per namespace',
    'delete pvc mcp-time-data',
  ]) {
    expect(notes).toContain(words);
  }
});
