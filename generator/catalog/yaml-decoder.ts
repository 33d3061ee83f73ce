// From YAML nodes to values, step by step as yaml.v3's decode.go goes, for its accidents depend on the steps.

import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { resolveScalar, shortTag } from './go-scalar.ts';
import { GoFloat, type GoObject, type GoScalar, GoTime, type GoValue, isList, isObject } from './go-value.ts';

/** Why Go would refuse a text. */
export interface YamlProblem {
  readonly message: string;
  /** Where in the text, in UTF-16 units. */
  readonly offset: number;
}

/**
 * The Go type that a node is decoded into: `any`; `text` for keys; `object`: map[string]any; `servers`:
 * map[string]map[string]any; or a map that is being filled already, when another is merged into it.
 */
type Target = 'any' | 'text' | 'object' | 'servers' | MapBuilder;

/** Ends the decoding at once, where other problems let it go on. */
class Failure extends Error {}

export class YamlDecoder {
  readonly problems: YamlProblem[] = [];
  private readonly anchored = new Map<Alias, Node>();
  private readonly openAliases = new Set<Alias>();
  private decodeCount = 0;
  private aliasCount = 0;
  /** While a map is merged into another: the keys that are settled. */
  private mergedKeys: Set<string> | undefined;

  /** The map in the root node of a document; an empty one for an empty document. */
  decodeDocument(root: Node | null, target: 'object' | 'servers'): GoObject {
    try {
      this.findAnchors(root, new Map());
      // yaml.v3 counts the document as a step of its own.
      this.countStep(root);
      const value = root ? this.decode(root, target) : {};
      return isObject(value) ? value : {};
    } catch (error) {
      if (error instanceof RangeError) this.report(root, 'the text nests too deeply');
      else if (!(error instanceof Failure)) throw error;
      return {};
    }
  }

  private report(node: Node | null, message: string): undefined {
    this.problems.push({ message, offset: node?.range?.[0] ?? 0 });
  }

  private fail(node: Node | null, message: string): never {
    this.report(node, message);
    throw new Failure();
  }

  /** An alias means the last anchor of its name before it. */
  private findAnchors(node: Node | null | undefined, anchors: Map<string, Node>): void {
    if (!node) return;
    if (isAlias(node)) {
      const target = anchors.get(node.source) ?? this.fail(node, `unknown anchor '${node.source}' referenced`);
      this.anchored.set(node, target);
      return;
    }
    if ('anchor' in node && node.anchor) anchors.set(node.anchor, node);
    if (isSeq<Node>(node)) for (const item of node.items) this.findAnchors(item, anchors);
    if (!isMap<Node, Node | null>(node)) return;
    for (const { key, value } of node.items) {
      if (node.flow && isBareNothing(key)) this.fail(key, 'did not find expected node content');
      this.findAnchors(key, anchors);
      this.findAnchors(value, anchors);
    }
  }

  /** The guard against texts whose aliases multiply. */
  private countStep(node: Node | null): void {
    this.decodeCount++;
    if (this.openAliases.size > 0) this.aliasCount++;
    const share = this.aliasCount / this.decodeCount;
    if (this.aliasCount > 100 && this.decodeCount > 1000 && share > allowedAliasShare(this.decodeCount)) {
      this.fail(node, 'document contains excessive aliasing');
    }
  }

  /** Undefined for what is not to be stored: a null key, or a value with a problem. */
  private decode(node: Node, target: Target): GoValue | undefined {
    this.countStep(node);
    if (isAlias(node)) return this.decodeAlias(node, target);
    if (isScalar(node)) return this.decodeScalar(node, target);
    return isSeq<Node>(node) ? this.decodeList(node, target) : this.decodeMap(node as unknown as MapNode, target);
  }

  private decodeAlias(alias: Alias, target: Target): GoValue | undefined {
    if (this.openAliases.has(alias)) this.fail(alias, `anchor '${alias.source}' value contains itself`);
    this.openAliases.add(alias);
    const value = this.decode(this.anchored.get(alias) as Node, target);
    this.openAliases.delete(alias);
    return value;
  }

  private decodeScalar(node: Scalar, target: Target): GoValue | undefined {
    const text = textOf(node);
    const resolved = isIndicatedText(node) ? { tag: '!!str', value: text } : resolveScalar(explicitTag(node), text);
    if (typeof resolved === 'string') this.fail(node, resolved);
    if (target === 'any') return resolved.value;
    if (target === 'text') return resolved.value === null ? undefined : resolved.tag === '!!binary' ? resolved.value : text;
    // A null map is as good as an empty one: nothing can be found in it, and it prints as `map[]`.
    return resolved.value === null ? {} : this.report(node, `cannot unmarshal ${resolved.tag} into a map`);
  }

  private decodeList(node: YAMLSeq<Node>, target: Target): GoValue | undefined {
    if (target !== 'any') return this.report(node, `cannot unmarshal a list into a ${target === 'text' ? 'text' : 'map'}`);
    return node.items.map((item) => this.decode(item, 'any')).filter((value) => value !== undefined);
  }

  private decodeMap(node: MapNode, target: Target): GoValue | undefined {
    if (!this.checkUniqueKeys(node)) return undefined;
    if (target === 'text') return this.report(node, 'cannot unmarshal a map into a text');
    const builder = target instanceof MapBuilder ? target : this.createBuilder(node, target);
    // What is merged concerns the keys of this map, not those of maps inside it.
    const mergedKeys = this.mergedKeys;
    this.mergedKeys = undefined;
    let merge: Node | null | undefined;
    for (const { key, value } of node.items) {
      if (isMergeKey(key)) merge = value;
      else this.decodePair(key, value, builder, mergedKeys);
    }
    this.mergedKeys = mergedKeys;
    if (merge !== undefined) this.merge(node, merge, builder);
    return builder.build();
  }

  private createBuilder(node: MapNode, target: 'any' | 'object' | 'servers'): MapBuilder {
    const isTextMap = target !== 'any' || node.items.every(({ key }) => this.isTextKey(key));
    return new MapBuilder(isTextMap ? 'text' : 'any', target === 'servers' ? 'object' : 'any');
  }

  /** `isStringMap`: one key that is no text, and the map is a map[interface{}]interface{}. */
  private isTextKey(key: Node): boolean {
    const node = isAlias(key) ? (this.anchored.get(key) as Node) : key;
    return isScalar(node) && (isIndicatedText(node) || isMergeKey(node) || untaggedType(node) === '!!str');
  }

  /** By their text: `1` and `"1"` are duplicates, `15` and `0xF` are not. */
  private checkUniqueKeys(node: MapNode): boolean {
    const seen = new Set<string>();
    let unique = true;
    for (const { key } of node.items) {
      const text = isScalar(key) ? `=${textOf(key)}` : isAlias(key) ? `*${key.source}` : isMap(key) ? '{' : '[';
      if (seen.has(text)) unique = false;
      if (seen.has(text)) this.report(key, `mapping key ${JSON.stringify(text.slice(1))} already defined`);
      seen.add(text);
    }
    return unique;
  }

  private decodePair(key: Node, value: Node | null, builder: MapBuilder, settled: Set<string> | undefined): void {
    const decodedKey = this.decode(key, builder.keyTarget);
    if (decodedKey === undefined) return;
    if (!isScalarValue(decodedKey)) this.fail(key, 'invalid map key: neither a list nor a map can be one');
    const identity = keyIdentity(decodedKey);
    if (settled?.has(identity)) return;
    settled?.add(identity);
    const decodedValue = this.decode(value ?? emptyNode, builder.valueTarget);
    if (decodedValue !== undefined) builder.set(identity, decodedKey, decodedValue);
  }

  /** The merge key `<<`: the map's own keys win over those of a merged map, and earlier maps over later ones. */
  private merge(parent: MapNode, merge: Node | null, builder: MapBuilder): void {
    const mergedKeys = this.mergedKeys;
    this.mergedKeys ??= new Set(this.settledKeys(parent));
    for (const node of isSeq<Node>(merge) ? merge.items : [merge]) {
      const target = isAlias(node) ? this.anchored.get(node) : node;
      if (!node || !isMap(target)) this.fail(node, 'map merge requires map or sequence of maps as the value');
      this.decode(node, builder);
    }
    this.mergedKeys = mergedKeys;
  }

  /** Here keys are decoded as any value even for a map of text keys; so `1: x` does not win over a merged `1`. */
  private settledKeys(parent: MapNode): string[] {
    const keys = parent.items.map(({ key }) => this.decode(key, 'any'));
    return keys.filter((key) => key !== undefined && isScalarValue(key)).map((key) => keyIdentity(key as GoScalar));
  }
}

type MapNode = YAMLMap<Node, Node | null>;

/** `{a}` has a key without a value. */
const emptyNode = Object.assign(new Scalar(''), { source: '', type: Scalar.PLAIN });

class MapBuilder {
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

function allowedAliasShare(decodeCount: number): number {
  const [low, high] = [400_000, 4_000_000];
  if (decodeCount <= low) return 0.99;
  return decodeCount >= high ? 0.1 : 0.99 - 0.89 * ((decodeCount - low) / (high - low));
}

function textOf(node: Scalar): string {
  return node.source ?? '';
}

/** Not even an anchor or a tag: in `{: a}` it is a mistake for yaml.v3, in `: a` it is a null key. */
function isBareNothing(node: Node): boolean {
  return isScalar(node) && node.type === 'PLAIN' && textOf(node) === '' && !node.anchor && !node.tag;
}

/** The short form of a tag that is written out; `!` alone says nothing to yaml.v3. */
function explicitTag(node: Scalar): string {
  return node.tag === undefined || node.tag === '!' ? '' : shortTag(node.tag);
}

/** Text by its quotes or by its tag, whatever it looks like. */
function isIndicatedText(node: Scalar): boolean {
  const tag = explicitTag(node);
  return tag === '!!str' || (tag === '' && node.type !== 'PLAIN');
}

function isMergeKey(node: Node): boolean {
  if (!isScalar(node) || textOf(node) !== '<<' || isIndicatedText(node)) return false;
  return explicitTag(node) === '' || explicitTag(node) === '!!merge';
}

/** The type of a plain scalar without a tag; for one with a tag, that. */
function untaggedType(node: Scalar): string {
  const tag = explicitTag(node);
  const resolved = tag === '' ? resolveScalar('', textOf(node)) : tag;
  return typeof resolved === 'string' ? resolved : resolved.tag;
}

function isScalarValue(value: GoValue): value is GoScalar {
  return !isList(value) && !isObject(value) && !(value instanceof Map);
}

/** Two keys of a Go map are the same when this is. */
function keyIdentity(key: GoScalar): string {
  if (key instanceof GoFloat) return `float ${key.value}`;
  if (key instanceof GoTime) return `time ${key.seconds} ${key.nanoseconds} ${key.offsetSeconds}`;
  const isFloat = typeof key === 'number' && !Number.isSafeInteger(key);
  return `${isFloat ? 'float' : typeof key} ${String(key)}`;
}
