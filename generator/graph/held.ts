// What a container is given: keys of Secrets, as variables or files, and volumes.

import { compare } from '../diagnostics.ts';
import { isMap } from '../tree.ts';
import type { FileValues, SecretRef, VolumeValues } from '../values/in-effect.ts';
import type { Held, HeldSecret, HeldVolume } from './model.ts';

/** As the values have them: of a server, or of the gateway. */
export interface Holder {
  readonly secrets: Readonly<Record<string, SecretRef>>;
  readonly envFrom?: readonly unknown[];
  readonly volumes?: Readonly<Record<string, VolumeValues>>;
}

export function heldBy({ secrets, envFrom = [], volumes = {} }: Holder): Held {
  const all = Object.entries(volumes).toSorted(([a], [b]) => compare(a, b));
  return {
    secrets: [
      ...Object.entries(secrets).map(([as, { name, key }]): HeldSecret => ({ name, key, as })),
      ...envFrom.flatMap(wholeSecret),
      ...all.flatMap(([, volume]) => filesOf(volume)),
    ],
    volumes: all.flatMap(([, volume]) => volumeOf(volume)),
  };
}

function wholeSecret(entry: unknown): HeldSecret[] {
  const name = isMap(entry) && isMap(entry['secretRef']) ? entry['secretRef']['name'] : undefined;
  return typeof name === 'string' ? [{ name, as: 'variables' }] : [];
}

/** Of a volume that is a Secret, or has some among its sources. */
function filesOf({ mountPath, secret, projected }: VolumeValues): HeldSecret[] {
  const sources = projected?.sources ?? [];
  const inside = sources.flatMap((source) => (isMap(source) && isMap(source['secret']) ? [source['secret']] : []));
  return [...(secret ? [secret] : []), ...(inside as unknown as FileValues[])].flatMap(({ name, items }) =>
    items === undefined ? [{ name, as: mountPath }] : items.map(({ key }) => ({ name, key, as: mountPath })),
  );
}

function volumeOf(volume: VolumeValues): HeldVolume[] {
  const { mountPath, readOnly = false, secret } = volume;
  if (secret) return [];
  const [source, id] = sourceOf(volume);
  return [{ source, mountPath, readOnly, ...(id !== undefined && { id: `volume ${id}` }) }];
}

/** In words; and what tells two volumes of different servers apart, if they can be the same. */
function sourceOf(volume: VolumeValues): [source: string, id?: string] {
  const { persistentVolumeClaim, existingClaim, sameAs, emptyDir, configMap, image, nfs, csi } = volume;
  if (persistentVolumeClaim) return [`${persistentVolumeClaim.size} claim`];
  if (existingClaim !== undefined) return [`claim ${existingClaim}`, `claim ${existingClaim}`];
  if (sameAs !== undefined) return [`as ${sameAs}`];
  if (emptyDir) return ['an empty directory'];
  if (configMap) return [`ConfigMap ${configMap.name}`, `ConfigMap ${configMap.name}`];
  if (image) return [`image ${image.reference}`];
  if (nfs) return [`NFS ${nfs.server}:${nfs.path}`, `NFS ${nfs.server}:${nfs.path}`];
  return [csi ? `CSI ${csi.driver}` : 'made by Kubernetes'];
}
