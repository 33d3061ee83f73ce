// The properties that a catalog declares for a server's config: JSON Schemas, read as far as a hint needs.

import { credentialIn } from '../credentials/detect.ts';
import { configKey } from '../catalog/go-yaml.ts';

export interface Declared {
  readonly required: boolean;
  /** The schema says that its values are not to be shown. */
  readonly isSecret: boolean;
  /** What a hint says of it, in brackets after a space; empty for nothing. */
  readonly description: string;
}

interface PropertySchema {
  readonly name?: unknown;
  readonly description?: unknown;
  readonly properties?: Readonly<Record<string, PropertySchema>>;
  readonly required?: unknown;
  readonly format?: unknown;
  readonly [marker: string]: unknown;
}

/** Words by which a schema says that a value is a secret: JSON Schema's own, the MCP registry's, and those of form generators. */
const secretMarkers = ['writeOnly', 'isSecret', 'secret', 'sensitive', 'x-secret', 'x-sensitive'];

/** Finds a property in the JSON Schemas of a catalog's `config`; it is required when all on the way to it are. */
export function lookUp(schemas: readonly unknown[], path: readonly string[]): Declared | undefined {
  for (const root of schemas as readonly PropertySchema[]) {
    if (configKey(String(root?.name ?? '')) !== path[0]) continue;
    let schema: PropertySchema = root;
    let required = true;
    let found = true;
    for (const step of path.slice(1)) {
      const next: PropertySchema | undefined = ownProperty(schema.properties, step);
      if (!next) {
        found = false;
        break;
      }
      required &&= Array.isArray(schema.required) && schema.required.includes(step);
      schema = next;
    }
    if (!found) continue;
    const description =
      typeof schema.description === 'string' && path.length > 1 ? ` (${firstSentence(schema.description)})` : '';
    const usual = path.length > 1 && !isSecret(schema) ? defaultOf(schema) : '';
    return {
      required: required && path.length > 1,
      isSecret: isSecret(schema),
      description: `${description}${usual}`,
    };
  }
  return undefined;
}

/** The gateway does not set it; whoever wrote the catalog did, and it is what most users need. */
function defaultOf({ default: value }: PropertySchema): string {
  return typeof value === 'string' && value !== '' && value.length <= 100 && credentialIn(value) === undefined
    ? `; its default, which the gateway does not set, is ${JSON.stringify(value)}`
    : '';
}

/** Scalars are texts here, as everywhere in a catalog. */
function isSecret(schema: PropertySchema): boolean {
  return schema.format === 'password' || secretMarkers.some((marker) => schema[marker] === 'true');
}

/** The declared properties below a server's own key, as `a.b`. */
export function declaredNames(schemas: readonly unknown[]): string[] {
  const names: string[] = [];
  const visit = (schema: PropertySchema, path: readonly string[]): void => {
    for (const [name, property] of Object.entries(schema?.properties ?? {})) {
      names.push([...path, name].join('.'));
      visit(property, [...path, name]);
    }
  };
  for (const schema of schemas as readonly PropertySchema[]) visit(schema, []);
  return names;
}

function ownProperty<T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return map && typeof map === 'object' && Object.hasOwn(map, key) ? map[key] : undefined;
}

function firstSentence(text: string): string {
  const sentence = text.split(/(?<=[\w)]{3}\.)\s(?=[A-Z])|\n/)[0] ?? '';
  return sentence.length > 100 ? `${sentence.slice(0, 97)}...` : sentence.replace(/\.$/, '');
}
