// A tenants file: who gets which servers of the base catalogs, read and checked.

import { checkSchema } from '../catalog/schema.ts';
import { readConfig } from '../catalog/go-yaml.ts';
import { diagnose, type Diagnostic, hasErrors, type Result } from '../diagnostics.ts';
import { toJson } from '../overlay.ts';
import { positionOf, type SourceFile } from '../source.ts';
import type { SecretKey } from '../workload/model.ts';

export const tenantFields = ['servers', 'tools', 'config', 'secrets', 'quota'] as const;
export type TenantField = (typeof tenantFields)[number];

export type Quota = Readonly<Record<string, string | number>>;

export interface Tenant {
  readonly servers?: readonly string[];
  readonly tools?: Readonly<Record<string, readonly string[]>>;
  readonly config?: Readonly<Record<string, object>>;
  readonly secrets?: Readonly<Record<string, SecretKey>>;
  readonly quota?: Quota;
}

export interface ChartSource {
  readonly repository: string;
  readonly version: string;
}

export interface GitSource {
  readonly url: string;
  readonly revision: string;
  readonly path: string;
}

export interface TenantsFile {
  readonly catalogs: readonly string[];
  readonly namespacePrefix: string;
  readonly clients: readonly object[];
  readonly quota: Quota;
  readonly chart?: ChartSource;
  readonly git?: GitSource;
  readonly tenants: ReadonlyMap<string, Tenant>;
  readonly source: SourceFile;
}

/** Namespaces that are there without anybody's doing. */
const reserved = /^(kube-.*|default)$/;

export function readTenants(source: SourceFile): Result<TenantsFile | undefined> {
  const diagnostics: Diagnostic[] = checkSchema('tenants', source.tree, source, { unknown: 'refused' });
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics };
  const file = toJson(readConfig(source.text).config) as unknown as {
    catalogs: readonly string[];
    namespacePrefix?: string;
    may?: readonly TenantField[];
    clients?: readonly object[];
    quota?: Quota;
    chart?: ChartSource;
    git?: GitSource;
    tenants: Record<string, Tenant | null>;
  };
  const { catalogs, namespacePrefix = 'mcp-', may = tenantFields, clients = [], quota = {}, chart, git } = file;
  const tenants = new Map(Object.entries(file.tenants).map(([name, tenant]) => [name, tenant ?? {}]));
  for (const [name, tenant] of tenants) {
    diagnostics.push(...checkName(source, name, namespacePrefix), ...checkFields(source, name, tenant, may));
  }
  const value = {
    catalogs,
    namespacePrefix,
    clients,
    quota,
    ...(chart && { chart }),
    ...(git && { git }),
    tenants,
    source,
  };
  return { value, diagnostics };
}

/** Names are DNS labels that YAML holds apart, so that no two tenants can share a namespace. */
function checkName(source: SourceFile, tenant: string, prefix: string): Diagnostic[] {
  const about = { position: positionOf(source, ['tenants', tenant], 'key') };
  const namespace = prefix + tenant;
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(tenant)) return [diagnose('tenant-name/invalid', { tenant }, about)];
  if (namespace.length > 63) return [diagnose('tenant-name/long', { tenant, namespace }, about)];
  if (reserved.test(namespace)) return [diagnose('tenant-name/reserved', { tenant, namespace }, about)];
  return [];
}

function checkFields(source: SourceFile, name: string, tenant: Tenant, may: readonly TenantField[]): Diagnostic[] {
  return Object.keys(tenant)
    .filter((field) => !may.some((allowed) => allowed === field))
    .map((field) =>
      diagnose(
        'tenant-override',
        { tenant: name, field, may },
        { position: positionOf(source, ['tenants', name, field], 'key') },
      ),
    );
}
