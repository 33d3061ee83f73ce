// The Kubernetes API's JSON schemas for kubeconform: strict, offline, one file per kind, from a pinned PyPI package.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT, TOOLS, fingerprint, mustRun, say } from './common.mjs';

/** The chart's oldest Kubernetes, the one of the test cluster, and the newest with published schemas. */
export const KUBERNETES_VERSIONS = ['1.29.0', '1.34.0', '1.37.0'];

const SCHEMAS = join(TOOLS, 'schemas');
const REQUIREMENTS = join(ROOT, 'tools/requirements.txt');

/** kubeconform's arguments for one Kubernetes version. */
export function kubeconformArgs(kubernetesVersion) {
  const location = '{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json';
  return ['-strict', '-schema-location', join(SCHEMAS, location), '-kubernetes-version', kubernetesVersion];
}

export function installSchemas() {
  const wanted = fingerprint([REQUIREMENTS, fileURLToPath(import.meta.url)]);
  const stamp = join(SCHEMAS, 'stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  say('fetching the Kubernetes schemas (once)…');
  const fresh = `${SCHEMAS}.${process.pid}.new`;
  const download = join(fresh, 'download');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  try {
    mustRun(
      'the Kubernetes schemas, which manifests are checked against, could not be fetched from PyPI: install Python 3 with pip (Debian: python3 and python3-pip), connect to the network, and try again.',
      'python3',
      ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile', '--disable-pip-version-check']
        .concat(['--root-user-action=ignore', '--only-binary=:all:', '--require-hashes'])
        .concat(['--target', download, '-r', REQUIREMENTS]),
    );
    for (const version of KUBERNETES_VERSIONS) {
      const from = join(download, `kubernetes_validate/kubernetes-json-schema/v${version}-local-strict`);
      writeStandalone(from, join(fresh, `v${version}-standalone-strict`));
    }
    rmSync(download, { recursive: true });
    writeFileSync(join(fresh, 'stamp'), wanted);
    rmSync(SCHEMAS, { recursive: true, force: true });
    renameSync(fresh, SCHEMAS);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Writes a schema for each kind in `from` that needs no other file. */
function writeStandalone(from, to) {
  mkdirSync(to);
  const definitions = readSchema(join(from, '_definitions.json')).$defs;
  for (const file of readdirSync(from)) {
    const { $id: _, ...schema } = readSchema(join(from, file));
    if (!schema.properties?.apiVersion?.enum || !schema.properties.kind?.enum) continue;
    const $defs = Object.fromEntries([...reachable(schema, definitions)].map((name) => [name, definitions[name]]));
    writeFileSync(join(to, file), JSON.stringify({ ...schema, $defs }));
  }
}

/** Reads a schema with references that stay in the file, and without descriptions, which are most of its size. */
function readSchema(file) {
  return JSON.parse(readFileSync(file, 'utf8'), (key, value) => {
    if (key === 'description' && typeof value === 'string') return undefined;
    if (key === '$ref' && typeof value === 'string') return value.replace('/api/_definitions.json#', '#');
    return value;
  });
}

/** The names of all definitions that `schema` refers to, also by way of others. */
function reachable(schema, definitions, names = new Set()) {
  for (const [, name] of JSON.stringify(schema).matchAll(/"#\/\$defs\/([^"]+)"/g)) {
    if (names.has(name)) continue;
    names.add(name);
    reachable(definitions[name], definitions, names);
  }
  return names;
}
