// What to write where a field has another form than a catalog's: the line itself, for that field.

import { credentialIn } from '../credentials/detect.ts';
import type { Path } from '../source.ts';
import { isMap } from '../tree.ts';

/** `path`: the place in the file; `data`: what stands there. Values are shown only where they cannot be a secret. */
export function shapeHint(path: Path, data: unknown): string | undefined {
  const names = path.filter((step) => typeof step === 'string');
  const field = names.at(-1) ?? '';
  switch (field) {
    case 'env':
      return isMap(data)
        ? `write each as - {name: ${nameIn(data) ?? 'NAME'}, value: VALUE}`
        : 'write each as - {name: NAME, value: VALUE}';
    case 'secrets': {
      const name = typeof data === 'string' ? data : isMap(data) ? nameIn(data) : undefined;
      // Somebody may have written the secret itself.
      const isName = /^[A-Z][A-Z0-9_]{0,60}$/.test(name ?? '') && credentialIn(name ?? '') === undefined;
      const variable = isName ? name : undefined;
      return `write each as - {name: ${names.at(-2) ?? 'SERVER'}.${variable?.toLowerCase() ?? 'key'}, env: ${variable?.toUpperCase() ?? 'VARIABLE'}}`;
    }
    case 'volumes':
      return `write each as a string: ${isMap(data) ? bindOf(data) : '"SOURCE:TARGET:ro"'}`;
    case 'command':
      return typeof data === 'string'
        ? `write a list of arguments: ${wordsOf(data)}`
        : 'write a list of arguments: [serve, --port, "8080"]';
    case 'allowHosts':
      return 'write a list: ["api.example.com:443"]';
    case 'extraHosts':
      return 'write a list: ["db.internal:10.0.0.5"]';
    default:
      return undefined;
  }
}

function nameIn(map: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(map).find((key) => /^[A-Za-z_]\w*$/.test(key));
}

/** The words of Compose, of a pod and of Docker's API. */
function bindOf(map: Readonly<Record<string, unknown>>): string {
  const find = (...keys: readonly string[]): string | undefined =>
    keys.map((key) => map[key]).find((value) => typeof value === 'string' && /^[\w./~-]+$/.test(value)) as
      | string
      | undefined;
  const source = find('source', 'src', 'hostPath', 'host', 'name') ?? 'SOURCE';
  const target = find('target', 'dst', 'destination', 'containerPath', 'mountPath', 'container') ?? 'TARGET';
  const isReadOnly = ['readOnly', 'read_only', 'readonly', 'ro'].some((key) => map[key] === 'true');
  return `"${source}:${target}${isReadOnly ? ':ro' : ''}"`;
}

function wordsOf(text: string): string {
  const words = text.split(/\s+/).filter(Boolean);
  const isPlain = words.every((word) => /^[\w./@-]{1,40}$/.test(word)) && credentialIn(text) === undefined;
  return isPlain ? `[${words.join(', ')}]` : '[PROGRAM, ARGUMENT]';
}
