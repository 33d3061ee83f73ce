// Secrets as text: a file to fill in, a table of what is missing, and manifests.

import { printable } from '../printable.ts';
import { writeYaml } from '../yaml/write.ts';
import type { CheckedKey } from './check.ts';
import type { NeededKey } from './needed.ts';

/** A commented file of NAME= lines. Secrets that are mounted as a whole are comments: their keys are not known. */
export function envTemplate(needed: readonly NeededKey[]): string {
  const blocks = needed.map(({ secret, key, optional, users, name }) => {
    const about = `# ${optional ? 'Optional. ' : ''}Secret ${secret}, for ${users.join(', ')}`;
    return key === undefined ? `${about}: files, by names of your own.\n` : `${about}.\n${name}=\n`;
  });
  return `${header}\n${blocks.map((block) => block.split('\n').map(printable).join('\n')).join('\n')}`;
}

const header =
  '# Secrets of the servers, as NAME=VALUE: what follows = is the value, quotes included. Do not commit this file.\n';

export function checkText(checked: readonly CheckedKey[]): string {
  const rows = checked.map(({ secret, key, users, state }) => {
    return `${state.padEnd(8)} ${secret}${key === null ? '' : `/${key}`}: ${users.join(', ')}`;
  });
  return rows.map((row) => `${printable(row)}\n`).join('');
}

/** A Secret for each that has values. */
export function secretManifests(
  needed: readonly NeededKey[],
  values: ReadonlyMap<string, string>,
  namespace: string | undefined,
): string {
  const data = new Map<string, Record<string, string>>();
  for (const { secret, key, name } of needed) {
    const value = values.get(name) || values.get(`${secret}/${key}`);
    if (key !== undefined && value) data.set(secret, { ...data.get(secret), [key]: value });
  }
  const documents = [...data].map(([name, stringData]) =>
    writeYaml({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: 'Opaque', stringData }),
  );
  return documents.join('---\n');
}

/** An ExternalSecret for each: keys are properties of a secret of the same name in the store. */
export function externalSecrets(
  needed: readonly NeededKey[],
  store: { readonly name: string; readonly kind: string },
  namespace: string | undefined,
): string {
  const secrets = [...new Set(needed.map(({ secret }) => secret))];
  const documents = secrets.map((name) => {
    const keys = needed.flatMap(({ secret, key }) => (secret === name && key !== undefined ? [key] : []));
    const source =
      keys.length > 0
        ? { data: keys.map((key) => ({ secretKey: key, remoteRef: { key: name, property: key } })) }
        : { dataFrom: [{ extract: { key: name } }] };
    return writeYaml({
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name, namespace },
      spec: { secretStoreRef: store, target: { name }, ...source },
    });
  });
  return documents.join('---\n');
}
