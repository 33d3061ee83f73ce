// Entries that the gateway cannot register: it exits or panics at them (docker/mcp-gateway v0.43, go-sdk v1.4).

import type { Entry, Kind } from './lists.ts';
import { isObject } from './messages.ts';

/** Names of the gateway's own tools, which it refuses from servers also where it does not offer them itself. */
export const reservedTools: readonly string[] = [
  'code-mode',
  'find-tools',
  'mcp-activate-profile',
  'mcp-add',
  'mcp-config-set',
  'mcp-create-profile',
  'mcp-exec',
  'mcp-find',
  'mcp-registry-import',
  'mcp-remove',
];

const controls = /\p{Cc}/u;
const strayPercent = /%(?![\da-f]{2})/i;

/** What is wrong with an entry that has this name for the gateway, or undefined. */
export function problemOf(kind: Kind, name: string, { value }: Entry): string | undefined {
  if (name.trim() === '') return 'it has no name';
  // The gateway would not read the rest of the list.
  if (!['undefined', 'string'].includes(typeof value['description'])) return 'its description is not text';
  if (kind === 'tool') {
    if (reservedTools.includes(name)) return 'the gateway reserves this name for its own tool';
    if (!isObjectSchema(value['inputSchema'])) return 'its inputSchema is not of type object';
    const output = value['outputSchema'] ?? undefined;
    if (output !== undefined && !isObjectSchema(output)) return 'its outputSchema is not of type object';
  }
  if (kind === 'resource' && !isUri(name)) return 'its URI is invalid';
  if (kind === 'template' && !isUriTemplate(name)) return 'its URI template is invalid';
  return undefined;
}

function isObjectSchema(schema: unknown): boolean {
  return isObject(schema) && schema['type'] === 'object';
}

/**
 * Whether Go's url.Parse takes it, as far as that can be said in short. It takes more: rare forms of hosts and users, which
 * are refused here.
 */
function isUri(text: string): boolean {
  const [beforeFragment = '', ...fragment] = text.split('#');
  const [hierarchy = ''] = beforeFragment.split('?');
  const [, scheme, rest = ''] = /^(?:([a-z][a-z\d+.-]*):)?(.*)$/i.exec(hierarchy) ?? [];
  if (controls.test(text) || strayPercent.test(fragment.join('#'))) return false;
  if (!rest.startsWith('/')) return scheme !== undefined || !/^[^/]*:/.test(rest);
  const [, authority = '', path = rest] = /^\/\/([^/]*)(.*)$/.exec(rest) ?? [];
  return /^(?:[\w.~-]+@)?(?:\[[\da-f:.]+\]|[\w.~-]*)(?::\d*)?$/i.test(authority) && !strayPercent.test(path);
}

/** Whether it is a template by RFC 6570. */
function isUriTemplate(text: string): boolean {
  const literals = text.replaceAll(/\{[+#./;?&]?[\w.%]+(?::\d{1,4}|\*)?(?:,[\w.%]+(?::\d{1,4}|\*)?)*\}/g, '');
  return !/[ "<>\\^`{|}]/.test(literals) && !controls.test(literals) && !strayPercent.test(literals);
}
