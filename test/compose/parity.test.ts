// Holds Compose and Kubernetes to each other: command, environment, mounts, user and limits of every server of the sample.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ComposeFile, Service } from '../../generator/compose/model.ts';
import { bytesOf } from '../../generator/kubernetes/quantity.ts';
import { type Manifest, Manifests, render } from '../chart/helm.ts';
import { composeOf, sampleValues } from './sample.ts';

/** Settings that no server of the sample has. */
const more = {
  servers: {
    'example-more': {
      image: 'example/more:1',
      command: ['/usr/bin/serve', '--price=$5', '--home=$(HOME)', '--key=$(KEY)', '--plain=$$(KEY)', '--unknown=$(NO)'],
      args: ['${NOT_COMPOSE}', '$$', '$'],
      env: { A: '1', B: 'a=$(A) key=$(KEY)', C: '$(D)', D: 'late', N: 5 },
      secretEnv: { KEY: { name: 'more', key: 'more.api-key' }, OTHER: { name: 'other', key: 'key', optional: true } },
      volumes: {
        data: { mountPath: '/data', persistentVolumeClaim: { size: '1Gi', fill: true } },
        part: { mountPath: '/part', subPath: 'a/b', readOnly: true, persistentVolumeClaim: { size: '1Gi' } },
        again: { mountPath: '/again', readOnly: true, sameAs: 'data' },
        tmp: { mountPath: '/tmp', emptyDir: { sizeLimit: '1Gi' } },
        token: {
          mountPath: '/etc/token',
          subPath: 'token',
          secret: { name: 'more', items: [{ key: 'token', path: 'token' }] },
        },
        all: { mountPath: '/etc/all', secret: { name: 'all' } },
        settings: { mountPath: '/etc/settings', configMap: { name: 'settings' } },
        model: { mountPath: '/model', subPath: 'files', image: { reference: 'example/model:1' } },
      },
      egress: { mode: 'none' },
      homeDir: '/home/other',
      startSeconds: 90,
      workingDir: '/work',
      hostAliases: [{ ip: '192.0.2.1', hostnames: ['a.example', 'b.example'] }],
      podSecurityContext: { runAsUser: 1001, runAsGroup: 1002, fsGroup: 2000 },
      securityContext: { readOnlyRootFilesystem: false, capabilities: { add: ['NET_BIND_SERVICE'] } },
      resources: { limits: { cpu: '250m', memory: '1.5Gi' } },
    },
  },
};
const sample = sampleValues();
const values = { ...sample, servers: { ...sample.servers, ...more.servers } };
const { file, composed } = composeOf(values);
const manifests: Manifests = render(values);
const servers = Object.entries(values.servers as Record<string, { remote?: object; egress?: { mode: string } }>).filter(
  ([, { remote }]) => !remote,
);

test('the sample has what both must agree on', () => {
  expect(servers.length).toBeGreaterThan(45);
  expect(Object.keys(file.services).length).toBe(servers.length + 4);
});

describe.each(servers.map(([name]) => name))('%s', (name) => {
  test('runs the same', () => {
    const pod = manifests.all.find(
      ({ kind, metadata }: Manifest) => kind === 'Deployment' && metadata.name === `mcp-${name}`,
    );
    const service = file.services[`mcp-${name}`];
    expect(service && ofCompose(service)).toEqual(ofPod(pod.spec.template.spec));
  });
});

interface Same {
  readonly image: string;
  readonly words: readonly string[];
  readonly workingDir: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly string[];
  readonly user: string;
  readonly groups: readonly number[];
  readonly limits: readonly unknown[];
  readonly security: readonly unknown[];
  readonly ready: readonly string[];
  readonly hosts: readonly string[];
  readonly grace: number;
}

/** A secret's value as either side has it. */
const secret = (name: string): string => `<${name}>`;
/** The variable of a Secret's key, by the rule that docs/cli.md names. */
const variableOf = ({ name, key }: { name: string; key: string }): string =>
  (key.startsWith(`${name}.`) ? key : `${name}_${key}`).toUpperCase().replace(/[^A-Z0-9]/g, '_');

/** As Kubernetes runs it: `$(NAME)` expanded by its rules. */
function ofPod(spec: Manifest): Same {
  const [container] = spec.containers;
  const env: Record<string, string> = {};
  for (const { name, value, valueFrom } of container.env ?? []) {
    env[name] = valueFrom ? secret(variableOf(valueFrom.secretKeyRef)) : expandKubernetes(value, env);
  }
  const { runAsUser, runAsGroup, fsGroup } = spec.securityContext;
  const { limits } = container.resources;
  const { capabilities, readOnlyRootFilesystem = false, allowPrivilegeEscalation } = container.securityContext;
  return {
    image: container.image,
    words: [...container.command, ...container.args].map((word: string) => expandKubernetes(word, env)),
    workingDir: container.workingDir,
    env,
    mounts: container.volumeMounts.flatMap((mount: Manifest) => ofVolume(mount, spec.volumes)).sort(),
    user: `${runAsUser}:${runAsGroup}`,
    groups: fsGroup === runAsGroup ? [] : [fsGroup],
    limits: [cpus(limits.cpu), bytesOf(limits.memory)],
    security: [readOnlyRootFilesystem, capabilities.drop, capabilities.add ?? [], allowPrivilegeEscalation],
    ready: container.readinessProbe.exec.command,
    hosts: (spec.hostAliases ?? []).flatMap(({ ip, hostnames }: Manifest) =>
      hostnames.map((host: string) => `${host}=${ip}`),
    ),
    grace: spec.terminationGracePeriodSeconds,
  };
}

const cpus = (quantity: string): number =>
  quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity);

/** k8s.io/kubernetes third_party/forked/golang/expansion */
function expandKubernetes(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$|\([^)]*\))/g, (found, rest: string) =>
    rest === '$' ? '$' : (env[rest.slice(1, -1)] ?? found),
  );
}

/** Each mount as a line: where, of what kind, from what, and how. */
function ofVolume({ name, mountPath, subPath, readOnly = false }: Manifest, volumes: Manifest[]): string[] {
  const volume = volumes.find((candidate) => candidate.name === name);
  if (name === 'mcpgen-bridge') return [`${mountPath} bridge ro`];
  const { persistentVolumeClaim: claim, emptyDir, secret: files, configMap, image } = volume;
  const mode = readOnly ? 'ro' : 'rw';
  if (claim) return [`${mountPath} volume ${claim.claimName.replace(/^mcp-/, '')}/${subPath ?? ''} ${mode}`];
  if (emptyDir) return [`${mountPath} empty ${bytesOf(emptyDir.sizeLimit)}`];
  if (image) return [`${mountPath} image ${image.reference}/${subPath ?? ''}`];
  const kind = files ? 'secrets' : 'config';
  const { secretName, name: configName = secretName, items } = files ?? configMap;
  if (!items) return [`${mountPath} ${kind}/${configName}`];
  return items.map(
    ({ key, path }: Manifest) =>
      `${subPath === path ? mountPath : `${mountPath}/${path}`} ${kind}/${configName}/${key}`,
  );
}

/** As Docker runs it: variables replaced by Compose, whose values are those of secrets. */
function ofCompose(service: Service): Same {
  const { limits } = service.deploy?.resources ?? {};
  return {
    image: service.image,
    words: [...(service.entrypoint ?? []), ...(service.command ?? [])].map(interpolate),
    workingDir: service.working_dir,
    env: Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([name, value]) => [name, interpolate(value)]),
    ),
    mounts: [
      ...(service.tmpfs ?? []).map(ofTmpfs),
      ...(service.volumes ?? []).map(ofMount),
      ...(service.secrets ?? []).map(
        ({ source, target }) => `${target} ${file.secrets?.[source]?.file.replace('./', '')}`,
      ),
    ].sort(),
    user: service.user ?? '',
    groups: (service.group_add ?? []).map(Number),
    limits: [Number(limits?.cpus), dockerBytes(limits?.memory ?? '')],
    security: [
      service.read_only ?? false,
      service.cap_drop,
      service.cap_add ?? [],
      !service.security_opt?.includes('no-new-privileges:true'),
    ],
    ready: service.healthcheck?.test.slice(1) ?? [],
    hosts: service.extra_hosts ?? [],
    grace: Number(service.stop_grace_period?.replace('s', '')),
  };
}

/** Compose's own rules for `$`: compose-spec 12-interpolation.md. */
function interpolate(text: string): string {
  return text.replace(
    /\$(?:(\$)|\{([A-Z0-9_]+):[-?][^}]*\}|)/g,
    (found, dollar: string | undefined, name: string | undefined) => {
      if (dollar) return '$';
      if (name === undefined)
        throw new Error(`${JSON.stringify(found)} in ${JSON.stringify(text)} is an error for Compose`);
      expect(composed.variables).toContain(name);
      return secret(name);
    },
  );
}

function ofTmpfs(text: string): string {
  const [, path, size] = /^(.*):exec,mode=1777,size=(\d+)$/.exec(interpolate(text)) ?? [];
  return `${path} empty ${size}`;
}

function ofMount({
  type,
  source,
  target,
  read_only: readOnly,
  ...rest
}: NonNullable<Service['volumes']>[number]): string {
  if (source === 'bridge') return `${target} bridge ${readOnly ? 'ro' : 'rw'}`;
  if (type === 'image') return `${target} image ${source}/${rest.image?.subpath ?? ''}`;
  if (type === 'bind') return `${target} ${source.replace('./', '')}`;
  return `${target} volume ${source}/${rest.volume?.subpath ?? ''} ${readOnly ? 'ro' : 'rw'}`;
}

function dockerBytes(text: string): number {
  const [, number, unit = 'b'] = /^(\d+)([bkmg])$/.exec(text) ?? [];
  return Number(number) * 1024 ** ['b', 'k', 'm', 'g'].indexOf(unit);
}

describe('the gateway', () => {
  const deployment = manifests.all.find(
    ({ kind, metadata }: Manifest) => kind === 'Deployment' && metadata.name === 'rel-mcpgen',
  );
  const config = (name: string): Manifest =>
    manifests.all.find(({ kind, metadata }: Manifest) => kind === 'ConfigMap' && metadata.name === name).data;
  const content = (name: string): string => interpolate(file.configs[name]?.content ?? '');
  const pod = deployment.spec.template.spec;

  test('runs the same, from the same image', () => {
    const [gateway] = pod.containers;
    const service = file.services['gateway'];
    expect(service?.image).toBe(gateway.image);
    expect(service?.command?.map(interpolate)).toEqual(gateway.args);
    expect(service && ofCompose(service).limits).toEqual([
      cpus(gateway.resources.limits.cpu),
      bytesOf(gateway.resources.limits.memory),
    ]);
    expect(service?.user).toBe(`${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`);
  });

  test('reads the same catalog and settings', () => {
    const { 'catalog.yaml': catalog, 'config.json': settings, 'tools.yaml': tools } = config('rel-mcpgen-config');
    expect(parse(content('docker_mcp_catalogs_catalog.yaml'))).toEqual(parse(catalog));
    expect(JSON.parse(content('docker_config.json'))).toEqual(JSON.parse(settings));
    expect(content('docker_mcp_catalogs_tools.yaml')).toBe(tools ?? '');
  });

  test('has the same relay, which dials the same servers', () => {
    const relay = pod.initContainers.find(({ name }: Manifest) => name === 'relay');
    const service = file.services['relay'];
    expect(service?.image).toBe(relay.image);
    expect(service?.entrypoint).toEqual(relay.command);
    const { 'config.json': json, 'relay.mjs': program } = config('rel-mcpgen-relay');
    expect(content('relay_relay.mjs').trimEnd()).toBe(program.trimEnd());
    const expected = JSON.parse(json);
    for (const [name, server] of Object.entries<Manifest>(expected.servers)) {
      server.target = server.target.replace(`mcp-${name}.ns.svc`, `mcp-${name}.servers`);
      delete server.unready; // a container of Compose has its name whether it is ready or not
      expect(file.services[`mcp-${name}`]?.networks?.[`mcp-${name}`]?.aliases).toContain(`mcp-${name}.servers`);
    }
    const ours = JSON.parse(content('relay_config.json'));
    expect(ours).toEqual(expected);
    const hosts = pod.hostAliases.flatMap(({ ip, hostnames }: Manifest) =>
      hostnames.map((host: string) => `${host}=${ip}`),
    );
    expect(file.services['network']?.extra_hosts).toEqual(hosts);
  });

  test('writes the secrets of remote servers by the same script, with the same words', () => {
    const writer = pod.initContainers.find(({ name }: Manifest) => name === 'write-secrets');
    const text = interpolate(file.services['gateway']?.entrypoint?.[2] ?? '');
    const words = [...(text.split(' && ')[0] ?? '').matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain,
    );
    expect(words).toEqual(['sh', ...writer.args]);
    for (const { name, valueFrom } of writer.env) {
      expect(interpolate(file.services['gateway']?.environment?.[name] ?? '')).toBe(
        secret(variableOf(valueFrom.secretKeyRef)),
      );
    }
    const scripts = config('rel-mcpgen-scripts');
    for (const name of ['write-secrets.sh', 'servers.sh', 'log.sh'])
      expect(content(`scripts_${name}`).trimEnd()).toBe(scripts[name].trimEnd());
  });

  test('and its servers have the same scripts', () => {
    const scripts = config('rel-mcpgen-bridge');
    const names = Object.keys(file.configs).filter((name) => name.startsWith('bridge_'));
    expect(Object.fromEntries(names.map((name) => [name.replace('bridge_', ''), content(name).trimEnd()]))).toEqual(
      Object.fromEntries(Object.entries<string>(scripts).map(([name, text]) => [name, text.trimEnd()])),
    );
  });
});

test('the schema of the Compose specification takes it', () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../data/compose-spec.json'), 'utf8'));
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' });
  expect(validate(file) ? [] : validate.errors).toEqual([]);
  const broken = structuredClone(file) as unknown as { services: Record<string, Record<string, unknown>> };
  broken.services['gateway'] = { ...broken.services['gateway'], readonly: true };
  expect(validate(broken)).toBe(false);
});

test('a network of each server, which leads nowhere where the server needs no network', () => {
  const { networks, services }: ComposeFile = file;
  for (const [name] of servers) {
    const users = Object.entries(services).filter(([, service]) => service.networks?.[`mcp-${name}`]);
    expect(users.map(([user]) => user).sort()).toEqual([`mcp-${name}`, 'network']);
  }
  const internal = Object.keys(networks).filter((name) => networks[name]?.internal);
  const none = servers.filter(([, server]) => server.egress?.mode === 'none');
  expect(internal).toEqual(none.map(([name]) => `mcp-${name}`).sort());
  expect(internal).toContain('mcp-example-more');
});

test('no value of a secret could be in it, and each variable is named once', () => {
  expect(composed.text).not.toContain('SECRET(');
  expect(new Set(composed.variables).size).toBe(composed.variables.length);
});
