// What surrounds a server in a pod: its network, volumes, variables and secrets.

import type { Volume } from '../workload/model.ts';
import { parseBind } from '../workload/bind.ts';
import { shellWord } from '../shell.ts';
import type { Explained } from './container.ts';
import { type Aspect, overlayKey } from './model.ts';

export function explainNetwork({ workload, docker, values }: Explained): Aspect {
  const { mode = 'internet' } = values.egress ?? {};
  const change = overlayKey(workload.server.name, 'egress');
  const here = `egress.mode: ${mode}`;
  if (docker.disableNetwork) {
    const network = { aspect: 'network', docker: '--network none', here };
    if (mode === 'none') return { ...network, status: 'kept' };
    return { ...network, status: 'changed', why: 'the overlay opens it', change };
  }
  if (docker.allowHosts !== undefined) {
    return {
      aspect: 'network',
      status: 'changed',
      docker: `with --block-network, a proxy lets through ${docker.allowHosts.join(', ')}`,
      here,
      why: 'a NetworkPolicy knows addresses and ports, not names: it opens these ports of the internet',
      change: `networkPolicy.flavor: cilium holds the names; ${change}`,
    };
  }
  const opened: Record<string, string> = {
    internet: 'the internet, but no private address',
    all: 'everything',
    none: 'nothing',
    hosts: 'some hosts',
  };
  return {
    aspect: 'network',
    status: mode === 'all' ? 'kept' : 'changed',
    docker: 'everything can be reached',
    here: `${here}: ${opened[mode] ?? ''}`,
    ...(mode !== 'all' && { why: 'a server must not reach the cluster or its nodes', change }),
  };
}

const kinds: Readonly<Record<Volume['source']['kind'], string>> = {
  persistentVolumeClaim: 'a PersistentVolumeClaim',
  existingClaim: 'a claim that exists',
  sameAs: 'the same PersistentVolumeClaim',
  emptyDir: 'an emptyDir',
  secret: 'a Secret',
  configMap: 'a ConfigMap',
  image: 'a part of the image',
};

/** Those of the catalog, and not what mcpgen adds to open a directory. */
export function explainVolumes({ workload, docker }: Explained): Aspect[] {
  const binds = docker.volumes.map((text) => ({ text, bind: parseBind(text) }));
  return workload.volumes.flatMap(({ mountPath, readOnly, source }): Aspect[] => {
    const found = binds.find(({ bind }) => 'target' in bind && bind.target === mountPath);
    if (!found) return [];
    const isHost = 'kind' in found.bind && found.bind.kind === 'host';
    const rule = shellWord(`${workload.server.name}:${mountPath}=KIND`);
    return [
      {
        aspect: 'volume',
        status: 'changed',
        docker: `-v ${found.text}`,
        here: `${kinds[source.kind]} at ${mountPath}${readOnly ? ', read-only' : ''}`,
        why: isHost ? 'a pod must not see the files of its node' : 'a cluster has no volumes of Docker',
        change: `--volume ${rule}`,
      },
    ];
  });
}

export function explainVariables({ workload: { server, env, secretEnv }, values }: Explained): Aspect[] {
  const names = Object.keys({ ...env, ...values.env }).filter((name) => name !== 'HOME');
  const secrets = Object.entries(secretEnv);
  return [
    ...(names.length > 0
      ? [{ aspect: 'env', status: 'kept', docker: names.map((name) => `-e ${name}`).join(' '), here: 'env' } as const]
      : []),
    ...secrets.map(([name, { name: secret, key }]): Aspect => {
      const own = server.secrets.find((one) => one.env === name)?.name ?? key;
      return {
        aspect: 'secret',
        status: 'kept',
        docker: `-e ${name}, from Docker's secrets`,
        here: `the key ${key} of the Secret ${secret}`,
        change: `--secret ${shellWord(own)}=SECRET/KEY`,
      };
    }),
  ];
}
