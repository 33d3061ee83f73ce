// Secrets that are not the chart's: where they come from, and which pods restart when they change.

import { describe, expect, test } from 'vitest';
import { kubeconform } from '../kubeconform.ts';
import { type Manifest, type Manifests, oneServer, refusal, render, run } from './helm.ts';

const store = { enabled: true, secretStoreRef: { name: 'vault' } };
const key = (name: string, of: string) => ({ name, key: of });
const servers = {
  git: {
    image: 'a',
    command: ['a'],
    secretEnv: { TOKEN: key('git', 'token'), USER: key('git', 'user'), SHARED: key('shared', 'a') },
    volumes: { config: { mountPath: '/c', configMap: { name: 'settings' } } },
  },
  db: {
    image: 'b',
    command: ['b'],
    secretEnv: { SHARED: key('shared', 'b'), SAME: key('shared', 'a') },
    volumes: {
      all: { mountPath: '/all', secret: { name: 'certs' } },
      one: { mountPath: '/one', secret: { name: 'files', items: [{ key: 'ca.crt', path: 'ca' }] } },
    },
  },
  none: { image: 'c', command: ['c'] },
  off: { enabled: false, image: 'd', command: ['d'], secretEnv: { TOKEN: key('off', 'token') } },
  far: { remote: { url: 'https://a.example.com', headers: { A: '${K}' }, secrets: { K: key('far', 'k') } } },
};

describe('externalSecrets', () => {
  const of = (rendered: Manifests) =>
    Object.fromEntries(
      rendered
        .kind('ExternalSecret')
        .map(({ spec }) => [
          spec.target.name,
          [
            ...(spec.dataFrom ?? []).map((one: Manifest) => `all of ${one.extract.key}`),
            ...(spec.data ?? []).map(
              ({ secretKey, remoteRef }: Manifest) => `${secretKey} of ${remoteRef.key}#${remoteRef.property}`,
            ),
          ],
        ]),
    );

  test('make each Secret that is named, with the keys that are used, once', () => {
    expect(of(render({ servers, externalSecrets: store }))).toEqual({
      certs: ['all of certs'],
      far: ['k of far#k'],
      files: ['ca.crt of files#ca.crt'],
      git: ['token of git#token', 'user of git#user'],
      shared: ['a of shared#a', 'b of shared#b'],
    });
  });

  test('make the token of the gateway too, unless it is excluded', () => {
    const gateway = { auth: { existingSecret: 'my-token', key: 'bearer' } };
    expect(of(render({ gateway, externalSecrets: store }))).toEqual({ 'my-token': ['bearer of my-token#bearer'] });
    expect(of(render({ gateway, externalSecrets: { ...store, exclude: ['my-token'] } }))).toEqual({});
  });

  test('can ask a store without properties', () => {
    const flat = { ...store, remoteKey: 'prod-{name}-{key}', remoteProperty: '' };
    const [git] = render({ servers: { git: servers.git }, externalSecrets: flat }).kind('ExternalSecret');
    expect(git.spec.data[0]).toEqual({ secretKey: 'token', remoteRef: { key: 'prod-git-token' } });
  });

  test('can ask for keys without dots, which most stores take for a path', () => {
    const flat = { ...store, remoteProperty: '{flat}' };
    const brave = oneServer({ secretEnv: { KEY: { name: 'brave', key: 'brave.api_key' } } }, { externalSecrets: flat });
    expect(render(brave).kind('ExternalSecret')[0].spec.data).toEqual([
      { secretKey: 'brave.api_key', remoteRef: expect.objectContaining({ property: 'brave_api_key' }) },
    ]);
  });

  test('name their store', () => {
    expect(refusal({ externalSecrets: { enabled: true } })).toContain(
      '- externalSecrets.secretStoreRef.name: is missing; set the name of the SecretStore',
    );
    expect(refusal({ externalSecrets: { ...store, remoteProperty: '' } })).toContain(
      '- externalSecrets: neither remoteKey nor remoteProperty contains {key}, so all keys',
    );
  });
});

describe('reloader', () => {
  const reloads = (values: object) =>
    Object.fromEntries(
      render({ ...values })
        .kind('Deployment')
        .map(({ metadata }) => [metadata.name, metadata.annotations] as const)
        .filter(([, annotations]) => annotations),
    );
  const secret = (names: string) => ({ 'secret.reloader.stakater.com/reload': names });
  const configMap = { 'configmap.reloader.stakater.com/reload': 'settings' };
  const gateway = { auth: { existingSecret: 'my-token' } };

  test('names on each Deployment what it uses, and not what is of the chart', () => {
    expect(reloads({ servers, gateway, reloader: true })).toEqual({
      'rel-mcpgen': secret('far,my-token'),
      'mcp-db': secret('certs,files,shared'),
      'mcp-git': { ...secret('git,shared'), ...configMap },
    });
    expect(reloads({ servers: { none: servers.none }, reloader: true })).toEqual({});
    expect(reloads({ servers, gateway })).toEqual({});
  });

  test('names them on the gateway where the servers are its sidecars', () => {
    const { git, off, far } = servers;
    expect(reloads({ topology: 'sidecars', servers: { git, off, far }, gateway, reloader: true })).toEqual({
      'rel-mcpgen': { ...secret('far,git,my-token,shared'), ...configMap },
    });
  });
});

test('a CSI volume brings the secrets of a SecretProviderClass', () => {
  const provider = {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name: 'time-secrets' },
    spec: { provider: 'vault', parameters: { objects: '- objectName: key' } },
  };
  const csi = {
    driver: 'secrets-store.csi.k8s.io',
    readOnly: true,
    volumeAttributes: { secretProviderClass: 'time-secrets' },
  };
  const rendered = render(
    oneServer({ volumes: { keys: { mountPath: '/keys', readOnly: true, csi } } }, { extraObjects: [provider] }),
  );
  const { volumes } = rendered.get('Deployment', 'mcp-time').spec.template.spec;
  expect(volumes).toContainEqual({ name: 'keys', csi });
  expect(kubeconform(rendered.text, '1.34.0')).toMatchObject({ invalid: 0, errors: 0, skipped: 0 });
});

describe('NOTES.txt', () => {
  const notes = (values: object) => run('install', { ...values }, { helm: 'helm4' }).stdout.split('NOTES:')[1] ?? '';
  const create = (text: string) => text.split('\n').filter((line) => line.startsWith('  kubectl -n ns create secret'));

  test('has the command for each Secret that must exist, with all its keys', () => {
    const line = '  kubectl -n ns create secret generic';
    expect(create(notes({ servers }))).toEqual([
      `${line} certs --from-file=FILE`,
      `${line} far --from-literal=k=VALUE`,
      `${line} files --from-literal=ca.crt=VALUE`,
      `${line} git --from-literal=token=VALUE --from-literal=user=VALUE`,
      `${line} shared --from-literal=a=VALUE --from-literal=b=VALUE`,
    ]);
    expect(notes({ servers })).toContain('kubectl -n ns rollout restart deployment/rel-mcpgen');
  });

  test('leaves out those that come from a store', () => {
    expect(create(notes({ servers, externalSecrets: { ...store, exclude: ['git'] } }))).toHaveLength(1);
    expect(notes({ servers: { none: servers.none } })).not.toContain('These Secrets must exist');
  });

  test('says where to look when a server is missing', () => {
    expect(notes({ servers })).toContain('helm test rel -n ns --logs');
    expect(notes({ servers })).toContain('kubectl -n ns logs deployment/mcp-<server>');
  });
});
