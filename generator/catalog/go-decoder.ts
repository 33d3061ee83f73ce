// From YAML nodes to values, step by step as yaml.v3's decode.go goes, for its accidents depend on the steps.

import { resolveScalar } from './go-scalar.ts';
import { type GoObject, type GoValue, isObject } from './go-value.ts';
import { createMapBuilder, isIndicatedText, isMergeKey, isScalarValue, keyIdentity, MapBuilder } from './go-map.ts';
import {
  maxDepth,
  YamlError,
  type YamlAlias,
  type YamlList,
  type YamlMap,
  type YamlNode,
  type YamlProblem,
  type YamlScalar,
} from '../yaml/node.ts';

/**
 * The Go type that a node is decoded into: `any`; `text` for keys; `object`: map[string]any; `servers`:
 * map[string]map[string]any; or a map that is being filled already, when another is merged into it.
 */
type Target = 'any' | 'text' | 'object' | 'servers' | MapBuilder;

export class YamlDecoder {
  /** Those that let the decoding go on. */
  readonly problems: YamlProblem[] = [];
  private readonly openAliases = new Set<YamlNode>();
  private depth = 0;
  private decodeCount = 0;
  private aliasCount = 0;
  /** While a map is merged into another: the keys that are settled. */
  private mergedKeys: Set<string> | undefined;

  /**
   * The map in the root node of a document.
   * @throws YamlError
   */
  decodeDocument(root: YamlNode, target: 'object' | 'servers'): GoObject {
    // yaml.v3 counts the document as a step of its own.
    this.countStep(root);
    const value = this.decode(root, target);
    return value !== undefined && isObject(value) ? value : {};
  }

  private report(node: YamlNode, message: string): undefined {
    this.problems.push({ message, offset: node.offset });
  }

  /** Ends the decoding. */
  private fail(node: YamlNode, message: string): never {
    throw new YamlError(message, node.offset);
  }

  /** The guard against texts whose aliases multiply. */
  private countStep(node: YamlNode): void {
    this.decodeCount++;
    if (this.openAliases.size > 0) this.aliasCount++;
    const share = this.aliasCount / this.decodeCount;
    if (this.aliasCount > 100 && this.decodeCount > 1000 && share > allowedAliasShare(this.decodeCount)) {
      this.fail(node, 'document contains excessive aliasing');
    }
  }

  /** Undefined for what is not to be stored: a null key, or a value with a problem. */
  private decode(node: YamlNode, target: Target): GoValue | undefined {
    this.countStep(node);
    if (++this.depth > maxDepth) this.fail(node, 'the text nests too deeply');
    const value = this.decodeKind(node, target);
    this.depth--;
    return value;
  }

  private decodeKind(node: YamlNode, target: Target): GoValue | undefined {
    switch (node.kind) {
      case 'alias':
        return this.decodeAlias(node, target);
      case 'scalar':
        return this.decodeScalar(node, target);
      case 'list':
        return this.decodeList(node, target);
      case 'map':
        return this.decodeMap(node, target);
    }
  }

  private decodeAlias(alias: YamlAlias, target: Target): GoValue | undefined {
    if (this.openAliases.has(alias)) this.fail(alias, `anchor '${alias.name}' value contains itself`);
    this.openAliases.add(alias);
    const value = this.decode(alias.target, target);
    this.openAliases.delete(alias);
    return value;
  }

  private decodeScalar(node: YamlScalar, target: Target): GoValue | undefined {
    const { text } = node;
    const resolved = isIndicatedText(node) ? { tag: '!!str', value: text } : resolveScalar(node.tag, text);
    if (typeof resolved === 'string') this.fail(node, resolved);
    if (target === 'any') return resolved.value;
    if (target === 'text' && resolved.value === null) return undefined;
    if (target === 'text') return resolved.tag === '!!binary' ? resolved.value : text;
    // A null map is as good as an empty one: nothing can be found in it, and it prints as `map[]`.
    return resolved.value === null ? {} : this.report(node, `cannot unmarshal ${resolved.tag} into a map`);
  }

  private decodeList(node: YamlList, target: Target): GoValue | undefined {
    if (target === 'text') return this.report(node, 'cannot unmarshal a list into a string');
    if (target !== 'any') return this.report(node, 'cannot unmarshal a list into a map');
    return node.items.map((item) => this.decode(item, 'any')).filter((value) => value !== undefined);
  }

  private decodeMap(node: YamlMap, target: Target): GoValue | undefined {
    if (!this.checkUniqueKeys(node)) return undefined;
    if (target === 'text') return this.report(node, 'cannot unmarshal a map into a string');
    const builder = target instanceof MapBuilder ? target : createMapBuilder(node, target);
    // What is merged concerns the keys of this map, not those of maps inside it.
    const { mergedKeys } = this;
    this.mergedKeys = undefined;
    let merge: YamlNode | undefined;
    for (const { key, value } of node.pairs) {
      if (isMergeKey(key)) merge = value;
      else this.decodePair(key, value, builder, mergedKeys);
    }
    this.mergedKeys = mergedKeys;
    if (merge) this.merge(node, merge, builder);
    return builder.build();
  }

  /** By their text: `1` and `"1"` are duplicates, `15` and `0xF` are not. */
  private checkUniqueKeys(node: YamlMap): boolean {
    const seen = new Set<string>();
    let unique = true;
    for (const { key } of node.pairs) {
      const text = key.kind === 'scalar' ? key.text : key.kind === 'alias' ? key.name : '';
      const identity = `${key.kind} ${text}`;
      if (seen.has(identity)) {
        unique = false;
        this.report(key, `mapping key ${JSON.stringify(text)} already defined`);
      }
      seen.add(identity);
    }
    return unique;
  }

  private decodePair(key: YamlNode, value: YamlNode, builder: MapBuilder, settled: Set<string> | undefined): void {
    const decodedKey = this.decode(key, builder.keyTarget);
    if (decodedKey === undefined) return;
    if (!isScalarValue(decodedKey)) this.fail(key, 'invalid map key: neither a list nor a map can be one');
    const identity = keyIdentity(decodedKey, key);
    if (settled?.has(identity)) return;
    settled?.add(identity);
    const decodedValue = this.decode(value, builder.valueTarget);
    if (decodedValue !== undefined) builder.set(identity, decodedKey, decodedValue);
  }

  /** The merge key `<<`: the map's own keys win over those of a merged map, and earlier maps over later ones. */
  private merge(parent: YamlMap, merge: YamlNode, builder: MapBuilder): void {
    const { mergedKeys } = this;
    this.mergedKeys ??= new Set(this.settledKeys(parent));
    for (const node of merge.kind === 'list' ? merge.items : [merge]) {
      const target = node.kind === 'alias' ? node.target : node;
      if (target.kind !== 'map') this.fail(node, 'map merge requires map or sequence of maps as the value');
      this.decode(node, builder);
    }
    this.mergedKeys = mergedKeys;
  }

  /** Here keys are decoded as any value even for a map of text keys; so `1: x` does not win over a merged `1`. */
  private settledKeys(parent: YamlMap): string[] {
    return parent.pairs.flatMap(({ key }) => {
      const decoded = this.decode(key, 'any');
      return decoded !== undefined && isScalarValue(decoded) ? [keyIdentity(decoded, key)] : [];
    });
  }
}

function allowedAliasShare(decodeCount: number): number {
  const [low, high] = [400_000, 4_000_000];
  if (decodeCount <= low) return 0.99;
  return decodeCount >= high ? 0.1 : 0.99 - 0.89 * ((decodeCount - low) / (high - low));
}
