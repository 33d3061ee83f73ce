// Diagnostics of `mcpgen tenants`: names, what a tenant may set, and what it asks for.

import { didYouMean } from '../../suggest.ts';
import { error, type Entry, quote, warning } from '../types.ts';

export interface OfTenant {
  readonly tenant: string;
}

export const tenantDiagnostics = {
  'tenant-name': {
    meaning: 'The name of a tenant is not valid in the name of its namespace.',
    example: '`Alice`; with an empty `namespacePrefix`, `kube-system`',
    fix: 'Use lower-case letters, digits and hyphens.',
    variants: {
      invalid: error<OfTenant>(
        ({ tenant }) => `${quote(tenant)} is not valid in a namespace's name`,
        () => 'use lower-case letters, digits and hyphens, with a letter or digit at both ends',
      ),
      long: error<OfTenant & { namespace: string }>(
        ({ namespace }) =>
          `the namespace ${quote(namespace)} has ${namespace.length} characters; at most 63 are allowed`,
        () => 'shorten the name or namespacePrefix',
      ),
      reserved: error<OfTenant & { namespace: string }>(
        ({ namespace }) => `the namespace ${quote(namespace)} belongs to Kubernetes`,
        () => 'use a namespacePrefix such as mcp-',
      ),
    },
  },
  'tenant-override': {
    meaning: 'A tenant sets something that the tenants of this file may not set.',
    example: '`may: [servers]`, and a tenant has `quota`',
    fix: 'Remove it, or add it to `may`.',
    variants: {
      default: error<OfTenant & { field: string; may: readonly string[] }>(
        ({ tenant, field, may }) =>
          `the tenant ${quote(tenant)} sets ${field}, but tenants may set ${may.length === 0 ? 'nothing' : `only ${may.join(', ')}`}`,
        ({ field }) => `remove it, or add ${field} to may`,
      ),
    },
  },
  'unknown-tenant-server': {
    meaning: 'A tenant names a server that the base catalogs do not have, or that the tenant does not get.',
    example: '`servers: [tmie]`',
    fix: 'Correct the name, or add the server to a base catalog.',
    variants: {
      default: error<OfTenant & { name: string; known: readonly string[] }>(
        ({ tenant, name }) => `the tenant ${quote(tenant)} has no server ${quote(name)} to choose from`,
        ({ name, known }) =>
          didYouMean(name, known) ?? 'correct the name, or add the server to the tenant or a base catalog',
      ),
    },
  },
  'tenant-quota': {
    meaning: 'The pods of a tenant request more than its quota allows, so Kubernetes would reject some of them.',
    example: '`quota: {requests.memory: 64Mi}`',
    fix: 'Raise the quota, or give the tenant fewer servers.',
    variants: {
      default: warning<OfTenant & { resource: string; asked: string; quota: string }>(
        ({ tenant, resource, asked, quota }) =>
          `the pods of the tenant ${quote(tenant)} need ${resource} ${asked}, but its quota is ${quota}`,
        ({ resource }) => `raise quota["${resource}"], or give the tenant fewer servers`,
      ),
    },
  },
  'stale-tenant': {
    meaning: 'The folder has a tenant that the tenants file no longer has. mcpgen deletes nothing.',
    example: 'a tenant was removed from the file',
    fix: 'Uninstall its release, delete its namespace, then delete the folder.',
    variants: {
      default: warning<OfTenant & { folder: string; namespace: string }>(
        ({ tenant, folder }) => `${folder} belongs to the tenant ${quote(tenant)}, which is not in the tenants file`,
        ({ folder, namespace }) =>
          `if it is no longer needed: helm uninstall mcp --namespace ${namespace} && kubectl delete namespace ${namespace} && rm -r ${folder}`,
      ),
    },
  },
} satisfies Record<string, Entry>;
