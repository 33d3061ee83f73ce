// The inputs of a server.json: variables in braces, values that are secrets, arguments of the program and of `docker run`.

import { listOf, mapOf, textOf, type Tree, type TreeMap } from '../../tree.ts';

/** Inputs by name; in Docker's import a later one wins. */
export type Variables = Readonly<Record<string, TreeMap>>;

const maps = (tree: Tree | undefined): readonly TreeMap[] => listOf(tree).map(mapOf);
const isTrue = (tree: Tree | undefined): boolean => textOf(tree) === 'true';
export const isSecret = (input: TreeMap): boolean => isTrue(input['isSecret']);

/** All that a user may be asked for (`collectVariables`). */
export function collectVariables(server: TreeMap): Variables {
  const packages = maps(server['packages']);
  const variables: Record<string, TreeMap> = Object.create(null);
  const add = (input: TreeMap): void => {
    for (const [name, variable] of Object.entries(mapOf(input['variables']))) variables[name] = mapOf(variable);
  };
  for (const one of packages) {
    for (const argument of [...maps(one['packageArguments']), ...maps(one['runtimeArguments'])]) add(argument);
    for (const input of maps(one['environmentVariables'])) {
      add(input);
      const isAsked = isSecret(input) || isTrue(input['isRequired']) || textOf(input['description']) !== '';
      if (textOf(input['value']) === '' && isAsked) variables[textOf(input['name'])] = input;
    }
  }
  for (const header of maps(server['remotes']).flatMap((remote) => maps(remote['headers']))) {
    add(header);
    // As in the gateway's import of artefacts (pkg/oci/types.go): a header that is a secret is read from one.
    if (isSecret(header) && textOf(header['value']) === '') variables[headerVariable(header)] = header;
  }
  return variables;
}

/** The variable of a header that is a secret as a whole. */
export function headerVariable(header: TreeMap): string {
  return textOf(header['name']).replaceAll('-', '_');
}

/** `{name}` as the catalog's `{{server.name}}`, or `${NAME}` of a secret (`restoreInterpolatedValue`). */
export function interpolate(input: TreeMap, server: string): string {
  let text = textOf(input['value']);
  for (const [name, variable] of Object.entries(mapOf(input['variables']))) {
    const replacement = isSecret(mapOf(variable)) ? `\${${name.toUpperCase()}}` : `{{${server}.${name}}}`;
    text = text.replaceAll(`{${name}}`, () => replacement);
  }
  return text;
}

/** The schema of what is not secret (`buildConfigSchema`). */
export function configSchema(variables: Variables, server: string): Tree[] {
  const plain = Object.entries(variables).filter(([, variable]) => !isSecret(variable));
  if (plain.length === 0) return [];
  const types: Record<string, string> = { number: 'number', boolean: 'boolean' };
  const properties = plain.map(([name, variable]) => {
    const shown = ['default', 'placeholder'].flatMap((key) => (key in variable ? [[key, variable[key] as Tree]] : []));
    const type = types[textOf(variable['format'])] ?? 'string';
    return [name, { type, description: variable['description'] ?? '', ...Object.fromEntries(shown) }] as const;
  });
  const required = plain.filter(([, variable]) => isTrue(variable['isRequired'])).map(([name]) => name);
  return [
    {
      name: server,
      type: 'object',
      description: `Configuration for ${server}`,
      properties: Object.fromEntries(properties),
      ...(required.length > 0 && { required }),
    },
  ];
}

/** `environmentVariables` other than secrets (`convertEnvVariables`). */
export function convertEnv(inputs: Tree | undefined, variables: Variables, server: string): Tree[] {
  return maps(inputs)
    .filter((input) => !isSecret(input))
    .map((input) => {
      const name = textOf(input['name']);
      const own = textOf(input['value']);
      if (Object.keys(mapOf(input['variables'])).length > 0) return { name, value: interpolate(input, server) };
      return { name, value: own || (name in variables ? `{{${server}.${name}}}` : textOf(input['default'])) };
    });
}

/** The arguments of the program (`convertPackageArgsToCommand`). */
export function convertArguments(inputs: Tree | undefined, server: string): string[] {
  return maps(inputs).map((input) => {
    const value = interpolate(input, server);
    return textOf(input['type']) === 'named' ? `${textOf(input['name'])}=${value}` : value;
  });
}

export interface RuntimeArguments {
  readonly user: string;
  readonly volumes: readonly string[];
  /** Names of those that Docker's import leaves out. */
  readonly ignored: readonly string[];
}

/** The arguments of `docker run`: a user and volumes count. */
export function convertRuntime(inputs: Tree | undefined, server: string): RuntimeArguments {
  const volumes: string[] = [];
  const ignored: string[] = [];
  let user = '';
  for (const input of maps(inputs)) {
    const name = textOf(input['name']);
    const value = interpolate(input, server);
    const afterEquals = value.includes('=') ? value.slice(value.indexOf('=') + 1) : value;
    if (textOf(input['type']) !== 'named') ignored.push(value);
    else if (name === '-v') volumes.push(afterEquals);
    else if (name === '--mount') volumes.push(mountToVolume(value));
    else if (name === '-u' || name === '--user') user ||= afterEquals;
    else ignored.push(name);
  }
  return { user, volumes, ignored };
}

/** `type=bind,src=/a,dst=/b` as `/a:/b`. */
function mountToVolume(text: string): string {
  const parts = new Map(text.split(',').map((part) => [part.split('=')[0] ?? '', part.split('=').slice(1).join('=')]));
  const source = parts.get('src') ?? parts.get('source');
  const target = parts.get('dst') ?? parts.get('destination') ?? parts.get('target');
  return source && target ? `${source}:${target}` : text;
}
