// From a tenants file and the base catalogs to the files of each tenant.

import { compile } from '../compile.ts';
import { compare, diagnose, type Diagnostic, hasErrors, type Result, sortDiagnostics } from '../diagnostics.ts';
import { bytesOf } from '../kubernetes/quantity.ts';
import { mergeValues } from '../overlay.ts';
import { type CompileInput, select } from '../prepare.ts';
import { schemaLine } from '../schema-line.ts';
import { positionOf } from '../source.ts';
import { withDefaults } from '../values/in-effect.ts';
import { writeYaml } from '../yaml/write.ts';
import { type AppliedTenant, applyFiles, type ApplyWay, type Sources } from './apply.ts';
import { type Costs, costsOf, quotaOf } from './costs.ts';
import type { Quota, Tenant, TenantsFile } from './model.ts';
import { header, namespaceFile } from './namespace.ts';

export interface TenantsInput {
  readonly file: TenantsFile;
  /** The base catalogs and everything that is the same for all. */
  readonly base: CompileInput;
  /** The chart's values.yaml. */
  readonly chartDefaults: object;
  readonly ways: readonly ApplyWay[];
}

export interface Tenants {
  /** Texts by their path in the folder. */
  readonly files: ReadonlyMap<string, string>;
  readonly costs: readonly (readonly [tenant: string, costs: Costs])[];
}

export function compileTenants({ file, base, chartDefaults, ways }: TenantsInput): Result<Tenants | undefined> {
  const found: [tenant: string, diagnostic: Diagnostic][] = [];
  const diagnostics: Diagnostic[] = [];
  const files = new Map<string, string>();
  const costs: [string, Costs][] = [];
  const applied: AppliedTenant[] = [];
  const known = select({ ...base, exclude: [] }).value.loaded.servers.map(({ name }) => name);
  for (const [name, tenant] of [...file.tenants].sort(([a], [b]) => compare(a, b))) {
    const unknown = checkServers(file, name, tenant, known);
    diagnostics.push(...unknown);
    const compiled = unknown.length > 0 ? undefined : compile(inputOf(file, name, tenant, base));
    // Whatever `may` allows a tenant to set replaces what the base says.
    const said = (compiled?.diagnostics ?? []).filter(({ code }) => code !== 'overridden' || !tenant.config);
    found.push(...said.map((diagnostic): [string, Diagnostic] => [name, diagnostic]));
    if (!compiled?.value) continue;
    const values = mergeValues(
      { networkPolicy: { gatewayFrom: [{ podSelector: {} }, ...file.clients] } },
      compiled.value.values,
    ) as object;
    const asked = costsOf(withDefaults(chartDefaults, values));
    const quota: Quota = { ...quotaOf(asked, roomForUpdates), ...file.quota, ...tenant.quota };
    diagnostics.push(...checkQuota(file, name, asked, quota));
    const namespace = file.namespacePrefix + name;
    files.set(`${name}/namespace.yaml`, namespaceFile(name, namespace, quota));
    files.set(`${name}/values.yaml`, header + schemaLine('values', '../') + writeYaml(values));
    costs.push([name, asked]);
    applied.push({ name, namespace, values });
  }
  const { chart, git, namespacePrefix } = file;
  const sources: Sources | undefined = chart && { chart, ...(git && { git }), namespacePrefix };
  if (sources)
    for (const way of ways) for (const [path, text] of applyFiles(way, applied, sources)) files.set(path, text);
  const all = sortDiagnostics([...diagnostics, ...byTenants(found)]);
  return { value: hasErrors(all) ? undefined : { files, costs }, diagnostics: all };
}

/** While a Deployment is updated, its old and its new pod are there. */
const roomForUpdates = 2;

/** What one tenant is compiled from: its own servers, tools, settings and places of secrets over the base's. */
function inputOf({ source }: TenantsFile, name: string, tenant: Tenant, base: CompileInput): CompileInput {
  const part = (what: string, content: object): { name: string; text: string } => ({
    name: `${source.name} (${what} of ${name})`,
    text: writeYaml(content),
  });
  return {
    ...base,
    ...(tenant.servers && { servers: tenant.servers }),
    ...(tenant.config && { configs: [...(base.configs ?? []), part('config', tenant.config)] }),
    ...(tenant.tools && { toolsConfigs: [...(base.toolsConfigs ?? []), part('tools', tenant.tools)] }),
    ...(tenant.secrets && { secrets: new Map([...(base.secrets ?? []), ...Object.entries(tenant.secrets)]) }),
  };
}

/** Servers that the base catalogs do not have, and tools of servers that the tenant does not get. */
function checkServers(
  { source }: TenantsFile,
  tenant: string,
  { servers, tools = {} }: Tenant,
  known: readonly string[],
): Diagnostic[] {
  const own = servers ?? known;
  const at = (...path: (string | number)[]): { position: ReturnType<typeof positionOf> } => ({
    position: positionOf(source, ['tenants', tenant, ...path], typeof path[1] === 'string' ? 'key' : undefined),
  });
  return [
    ...(servers ?? []).flatMap((name, index) =>
      known.includes(name) ? [] : [diagnose('unknown-tenant-server', { tenant, name, known }, at('servers', index))],
    ),
    ...Object.keys(tools).flatMap((name) =>
      own.includes(name) ? [] : [diagnose('unknown-tenant-server', { tenant, name, known: own }, at('tools', name))],
    ),
  ];
}

/** Numbers of CPUs and bytes alike: both are compared as what they are multiples of. */
function numberOf(quantity: string | number): number {
  const text = String(quantity);
  return text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : (bytesOf(text) ?? Number.POSITIVE_INFINITY);
}

function checkQuota({ source }: TenantsFile, tenant: string, asked: Costs, quota: Quota): Diagnostic[] {
  return Object.entries(quotaOf(asked, 1)).flatMap(([resource, need]) => {
    const limit = quota[resource];
    if (limit === undefined || numberOf(need) <= numberOf(limit)) return [];
    const position = positionOf(source, ['tenants', tenant], 'key');
    return [diagnose('tenant-quota', { tenant, resource, asked: need, quota: String(limit) }, { position })];
  });
}

/** What is said of several tenants is said once, with their names. */
function byTenants(found: readonly (readonly [tenant: string, diagnostic: Diagnostic])[]): Diagnostic[] {
  const grouped = new Map<string, { diagnostic: Diagnostic; tenants: string[] }>();
  for (const [tenant, { task: _, ...rest }] of found) {
    // A task is a command for one namespace; the tenants have others.
    const diagnostic: Diagnostic = rest;
    const key = JSON.stringify(diagnostic);
    const group = grouped.get(key) ?? { diagnostic, tenants: [] };
    group.tenants.push(tenant);
    grouped.set(key, group);
  }
  return [...grouped.values()].map(({ diagnostic, tenants }) => {
    const named = tenants.slice(0, 3).join(', ');
    const more = tenants.length > 3 ? ` and ${tenants.length - 3} more` : '';
    return {
      ...diagnostic,
      message: `${diagnostic.message} (${tenants.length === 1 ? 'tenant' : 'tenants'} ${named}${more})`,
    };
  });
}
