// Maps as yaml.v3 makes them of nodes: which of its two types they have, and when keys are the same.

import { resolveScalar } from './go-scalar.ts';
import { GoFloat, type GoObject, type GoScalar, GoTime, type GoValue, isList, isObject } from './go-value.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../yaml/node.ts';

/** A map that is being filled. */
export class MapBuilder {
  readonly keyTarget: 'text' | 'any';
  readonly valueTarget: 'any' | 'object';
  private readonly entries = new Map<string, readonly [GoScalar, GoValue]>();

  constructor(keyTarget: 'text' | 'any', valueTarget: 'any' | 'object') {
    this.keyTarget = keyTarget;
    this.valueTarget = valueTarget;
  }

  set(identity: string, key: GoScalar, value: GoValue): void {
    this.entries.set(identity, [key, value]);
  }

  build(): GoValue {
    if (this.keyTarget === 'any') return new Map(this.entries.values());
    // Unlike an assignment this takes `__proto__` for a key like any other.
    return Object.fromEntries(this.entries.values()) as GoObject;
  }
}

export function createMapBuilder(node: YamlMap, target: 'any' | 'object' | 'servers'): MapBuilder {
  const isTextMap = target !== 'any' || node.pairs.every(({ key }) => isTextKey(key));
  return new MapBuilder(isTextMap ? 'text' : 'any', target === 'servers' ? 'object' : 'any');
}

/** `isStringMap`: one key that is not a string, and the map is a map[interface{}]interface{}. */
function isTextKey(key: YamlNode): boolean {
  const node = key.kind === 'alias' ? key.target : key;
  if (node.kind !== 'scalar') return false;
  return isIndicatedText(node) || ['!!str', '!!merge'].includes(shortTagOf(node));
}

/** Text by its quotes or by its tag, whatever it looks like. */
export function isIndicatedText({ tag, quoted }: YamlScalar): boolean {
  return tag === '!!str' || (tag === '' && quoted);
}

export function isMergeKey(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.text === '<<' && (node.tag === '!!merge' || (node.tag === '' && !node.quoted));
}

function shortTagOf({ tag, text }: YamlScalar): string {
  if (tag !== '') return tag;
  const resolved = resolveScalar('', text);
  return typeof resolved === 'string' ? '' : resolved.tag;
}

export function isScalarValue(value: GoValue): value is GoScalar {
  return !isList(value) && !isObject(value) && !(value instanceof Map);
}

/** Two keys of a Go map are the same when this is; NaN is none of them the same. */
export function keyIdentity(key: GoScalar, { offset }: YamlNode): string {
  if (Number.isNaN(key)) return `NaN at ${offset}`;
  if (key instanceof GoFloat) return `float ${key.value}`;
  if (key instanceof GoTime) return `time ${key.seconds} ${key.nanoseconds} ${key.offsetSeconds}`;
  const isFloat = typeof key === 'number' && !Number.isSafeInteger(key);
  return `${isFloat ? 'float' : typeof key} ${String(key)}`;
}
