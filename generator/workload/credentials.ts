// Credentials that would be in the values as plain text: each is refused with its place, how it is recognized, and what to do.

import { type Config, parseExpression, valueAt } from '../catalog/expression.ts';
import { formatGo } from '../catalog/go-format.ts';
import type { CatalogServer } from '../catalog/model.ts';
import { credentialIn, isCredential, isStandIn } from '../credentials/detect.ts';
import type { CredentialSign, WrittenPlace } from '../diagnostics/table/plain-credential.ts';
import { diagnose, type Diagnostic, type Position } from '../diagnostics.ts';
import type { Place } from '../load.ts';
import { type Path, positionOf } from '../source.ts';
import { lookUp } from './properties.ts';

/** A text of a server that goes into the values. */
export interface WrittenText {
  readonly place: WrittenPlace;
  /** The name that the text goes by: its variable, header or flag. */
  readonly name?: string;
  /** What `--allow-plain` calls it, after the server's name. */
  readonly target: string;
  readonly text: string;
  /** Where it is in the catalog, and what is there, if it is an expression. */
  readonly path: Path;
  readonly expression?: string;
  /** The chart would not take it. */
  readonly isRefused?: boolean;
}

/** What is known beside the server's entry. */
export interface CredentialContext {
  readonly configPlaces: ReadonlyMap<string, Place>;
  /** `SERVER.NAME`, of `--allow-plain`. */
  readonly allowPlain: ReadonlySet<string>;
}

export interface Credentials {
  readonly diagnostics: readonly Diagnostic[];
  /** Texts that no message may hold. */
  readonly texts: readonly string[];
  /** The user said of some text that it is not a credential. */
  readonly isAllowed: boolean;
}

/** Looks at all texts of a server; the first sign of each counts: what the catalog declares, then names, then forms. */
export function findCredentials(
  server: CatalogServer,
  config: Config,
  written: readonly WrittenText[],
  { configPlaces, allowPlain }: CredentialContext,
): Credentials {
  const diagnostics: Diagnostic[] = [];
  const texts: string[] = [];
  let isAllowed = false;
  for (const one of written) {
    const property = secretProperty(server, config, one.expression ?? '');
    const properties = propertiesOf(one.expression ?? '');
    const isId = isKeyId(one.text) && properties.some((path) => isDeclaredId(server, path));
    const sign = declaredSign(server, one) ?? property?.sign ?? (isId ? undefined : ownSign(one));
    if (!sign) continue;
    const ownTargets = properties.map((path) => path.slice(1).join('.'));
    if ([one.target, ...ownTargets].some((target) => allowPlain.has(`${server.name}.${target}`))) {
      isAllowed = true;
      continue;
    }
    texts.push(one.text, ...properties.map((path) => valueOf(path, config)));
    const source = property?.path ?? properties.find((path) => valueOf(path, config) !== '');
    const { place, target } = one;
    const position = (source && configPosition(source, configPlaces)) ?? positionOf(server.source, one.path);
    diagnostics.push(
      diagnose(
        'plain-credential/server',
        { place, server: server.name, sign, property: source?.join('.'), target },
        { position, server: server.name },
      ),
    );
  }
  return { diagnostics, texts, isAllowed };
}

/** AWS's name of a key, which is half of a credential; whoever declares it a property of the config says that it is not a secret. */
function isKeyId(text: string): boolean {
  return /^(AKIA|ASIA)[A-Z0-9]{16}$/.test(text);
}

function isDeclaredId(server: CatalogServer, path: readonly string[]): boolean {
  return /key_?id$/i.test(path.at(-1) ?? '') && lookUp(server.config, path) !== undefined;
}

/** Without what no message may hold, however it is quoted there. */
export function redact(diagnostics: readonly Diagnostic[], texts: readonly string[]): Diagnostic[] {
  const forms = texts.filter((text) => text.length > 1).flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
  const longestFirst = [...new Set(forms)].sort((a, b) => b.length - a.length);
  const clean = (text: string): string => longestFirst.reduce((rest, form) => rest.replaceAll(form, '****'), text);
  return diagnostics.map(({ message, hint, ...rest }) => ({
    ...rest,
    message: clean(message),
    ...(hint !== undefined && { hint: clean(hint) }),
  }));
}

/** The catalog has a secret for this very variable, and something else is put into it. */
function declaredSign({ secrets }: CatalogServer, { place, name, text }: WrittenText): CredentialSign | undefined {
  const secret = place.kind === 'env' ? secrets.find(({ env }) => env === name) : undefined;
  if (!secret || isStandIn(text)) return undefined;
  return { kind: 'declared', secret: secret.name };
}

/** A property of the config that is a secret, by what the catalog declares or by its name. */
function secretProperty(
  server: CatalogServer,
  config: Config,
  expression: string,
): { sign: CredentialSign; path: readonly string[] } | undefined {
  for (const path of propertiesOf(expression)) {
    const value = valueOf(path, config);
    const property = path.join('.');
    if (isStandIn(value)) continue;
    if (server.secrets.some(({ name }) => name === property)) {
      return { sign: { kind: 'property-of-secret', property }, path };
    }
    if (lookUp(server.config, path)?.isSecret) {
      return { sign: { kind: 'property-declared', property }, path };
    }
    if (isCredential(path.at(-1) ?? '', value)) return { sign: { kind: 'property-name', property }, path };
  }
  return undefined;
}

function ownSign({ name, text, isRefused }: WrittenText): CredentialSign | undefined {
  if (name !== undefined && isCredential(name, text)) return { kind: 'name' };
  return credentialIn(text) ?? (isRefused ? { kind: 'refused' } : undefined);
}

function propertiesOf(expression: string): (readonly string[])[] {
  return parseExpression(expression).flatMap((term) => (term.kind === 'reference' ? [term.path] : []));
}

function valueOf(path: readonly string[], config: Config): string {
  return formatGo(valueAt(path, config));
}

/** Where the config sets a property. */
function configPosition(path: readonly string[], places: ReadonlyMap<string, Place>): Position | undefined {
  const place = places.get(path[0] ?? '');
  return place && positionOf(place.source, [...place.path, ...path.slice(1)]);
}
