// Exit 0 means that the chart, Kubernetes and the container take it: random catalogs, with near-misses of every field.

import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { CompileInput } from '../../generator/compile.ts';
import { evaluateServers } from '../../generator/evaluate.ts';
import { load } from '../../generator/load.ts';
import { secretKeyOf } from '../../generator/workload/secrets.ts';
import { helms, render } from '../chart/helm.ts';
import { kubeconform, kubernetesVersions } from '../kubeconform.ts';
import { type Started, startOf } from './pod.ts';
import { type Compiled, compileRandom, valuesOf } from './random.ts';

/** The suite tries a few; `MCPGEN_CATALOGS=5000` tries as many. */
const runs = Number(process.env['MCPGEN_CATALOGS'] ?? 300);
/** Servers that helm is given at once: it starts slowly. */
const perRelease = 200;

const compiled: Compiled[] = [];
const batches: (readonly Compiled[])[] = [];

beforeAll(() => {
  compiled.push(...compileRandom(runs));
  for (let from = 0; from < compiled.length; from += perRelease) batches.push(compiled.slice(from, from + perRelease));
}, 600_000);

test('of the catalogs some compile, and some do not', () => {
  expect(compiled.length).toBeGreaterThan(runs / 5);
  expect(compiled.length).toBeLessThan((runs * 4) / 5);
});

describe.each(helms)('%s', (helm) => {
  test('renders all that compiles, by the schemas of Kubernetes', () => {
    for (const batch of batches) {
      const manifests = render(valuesOf(batch), { helm });
      const version = kubernetesVersions[0] ?? '';
      expect(kubeconform(manifests.text, version)).toMatchObject({ invalid: 0, errors: 0, messages: [] });
      for (const [at, { input, values }] of batch.entries()) {
        if (values.remote || values.http) continue;
        const { secrets, started } = asGateway(input);
        const pod = startOf(manifests, `s${at}`, (key) => `value of ${secrets.get(key)}`);
        // A secret whose variable is taken has another one beside it.
        const shown = Object.entries(pod.env).filter(([variable]) => !variable.includes('_SECRET'));
        expect({ ...pod, env: Object.fromEntries(shown) }, stringify(input)).toEqual(started);
      }
    }
  }, 1_200_000);
});

/** What `mcpgen evaluate` says that the gateway starts, and the secrets by their keys. */
function asGateway(input: CompileInput): { secrets: ReadonlyMap<string, string>; started: Started } {
  const loaded = load(input).value;
  const [server] = loaded.servers;
  if (!server) throw new Error('a catalog without a server has compiled');
  const names = new Set(server.secrets.map(({ name }) => name));
  const keyOf = secretKeyOf(server, 's', new Map());
  const secrets = new Map([...names].map((name) => [keyOf(name).key, name]));
  expect(secrets.size, 'each secret has a key of its own').toBe(names.size);
  const [found] = evaluateServers(loaded, new Map([...names].map((name) => [name, `value of ${name}`]))).value;
  const own = Object.fromEntries((found?.secrets ?? []).map(({ env, value }) => [env, value]));
  return { secrets, started: { env: { ...own, ...found?.env }, args: found?.command ?? [] } };
}
