// Checks manifests without kubeconform: by the schemas of one Kubernetes version, of the kinds that the chart renders.
// `node tools/kubernetes-schema.mjs` regenerates their file from the schemas that the tests use; needs Python.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT, TOOLS, start } from './common.mjs';
import { installSchemas } from './schemas.mjs';

export const KUBERNETES_VERSION = '1.34';

const FILE = join(ROOT, `tools/kubernetes-${KUBERNETES_VERSION}.schema.json`);
const KINDS = [
  'configmap-v1',
  'deployment-apps-v1',
  'horizontalpodautoscaler-autoscaling-v2',
  'ingress-networking-v1',
  'networkpolicy-networking-v1',
  'persistentvolumeclaim-v1',
  'pod-v1',
  'poddisruptionbudget-policy-v1',
  'secret-v1',
  'service-v1',
  'serviceaccount-v1',
];

/** What is wrong with each manifest, strictly: a line for each mistake. Loads npm packages: call it after `npm ci`. */
export async function manifestErrors(manifests) {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema(JSON.parse(readFileSync(FILE, 'utf8')), 'kubernetes');
  return manifests.flatMap((manifest) => {
    const { apiVersion, kind, metadata } = manifest;
    const validate = ajv.getSchema(`kubernetes#/$defs/${nameOf(apiVersion, kind)}`);
    if (!validate) return [`${kind} ${metadata?.name}: there is no schema for ${kind} of ${apiVersion}`];
    if (validate(manifest)) return [];
    return validate.errors.map(({ instancePath, message, params }) =>
      `${kind} ${metadata?.name}: ${instancePath || '/'} ${message} ${params.additionalProperty ?? ''}`.trimEnd(),
    );
  });
}

const nameOf = (apiVersion, kind) => `${String(apiVersion).replace('/', '.')}.${kind}`;

/** The text of the file: one schema whose definitions are those of each kind, and all that these refer to. */
export function kubernetesSchema() {
  const $defs = {};
  for (const kind of KINDS) {
    const file = join(TOOLS, `schemas/v${KUBERNETES_VERSION}.0-standalone-strict/${kind}.json`);
    const { $defs: shared, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
    const { apiVersion, kind: name } = schema.properties;
    Object.assign($defs, shared, { [nameOf(apiVersion.enum[0], name.enum[0])]: schema });
  }
  return `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', $defs })}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await start(() => {
    installSchemas();
    writeFileSync(FILE, kubernetesSchema());
  });
}
