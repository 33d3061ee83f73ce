// The nodes of a YAML text's first document, as yaml.v3's parserc.go and decode.go make them of tokens.

import {
  emptyScalar,
  maxDepth,
  maxNodes,
  shortTag,
  YamlError,
  type YamlList,
  type YamlMap,
  type YamlNode,
  type YamlPair,
} from './node.ts';
import type { Tag } from './properties.ts';
import { Scanner } from './scanner.ts';
import type { Token } from './tokens.ts';

export interface ParsedYaml {
  /** Of the first document; undefined where there is none. */
  readonly root: YamlNode | undefined;
  /** Where a second document begins. It is not read, and may be wrong. */
  readonly next: number | undefined;
}

/** @throws YamlError */
export function parseYaml(text: string): ParsedYaml {
  const control = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (control) throw new YamlError('control characters are not allowed', control.index);
  return new Parser(text).parseDocument();
}

type TokenType = Token['type'];
/** A collection whose entries are still to be read: an alias among them may point to it. */
type Open<T> = { -readonly [Key in keyof T]: T[Key] };

class Parser {
  private readonly scanner: Scanner;
  private current: Token | undefined;
  private readonly anchors = new Map<string, YamlNode>();
  private readonly tagPrefixes = new Map<string, string>();
  private depth = 0;
  private nodes = 0;

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  private get token(): Token {
    return (this.current ??= this.scanner.peek());
  }

  private next(): void {
    this.scanner.next();
    this.current = undefined;
  }

  private isAt(...types: readonly TokenType[]): boolean {
    return types.includes(this.token.type);
  }

  /** Passes a token if it is of that type. */
  private skip(type: TokenType): boolean {
    if (this.token.type !== type) return false;
    this.next();
    return true;
  }

  private fail(message: string): never {
    throw new YamlError(message, this.token.offset);
  }

  parseDocument(): ParsedYaml {
    this.skip('stream start');
    if (this.isAt('stream end')) return { root: undefined, next: undefined };
    const isExplicit = this.isAt('directive', '---', '...');
    this.readDirectives();
    if (isExplicit && !this.skip('---')) this.fail('did not find expected <document start>');
    const isEmpty = isExplicit && this.isAt('directive', '---', '...', 'stream end');
    const root = isEmpty ? emptyScalar(this.token.offset) : this.parseNode('block');
    // The end of the document has to be read, although nothing is expected there.
    const { type, offset } = this.token;
    return { root, next: type === '---' || type === 'directive' ? offset : undefined };
  }

  private readDirectives(): void {
    let versions = 0;
    for (let token = this.token; token.type === 'directive'; token = this.token) {
      const { directive } = token;
      if (directive.kind === 'version') {
        if (++versions > 1) this.fail('found duplicate %YAML directive');
        if (directive.version !== '1.1') this.fail('found incompatible YAML document');
      } else {
        if (this.tagPrefixes.has(directive.handle)) this.fail('found duplicate %TAG directive');
        this.tagPrefixes.set(directive.handle, directive.prefix);
      }
      this.next();
    }
    if (!this.tagPrefixes.has('!')) this.tagPrefixes.set('!', '!');
    if (!this.tagPrefixes.has('!!')) this.tagPrefixes.set('!!', 'tag:yaml.org,2002:');
  }

  /** `value` is a place in a block map, where the items of a list need no indentation. */
  private parseNode(place: 'block' | 'value' | 'flow'): YamlNode {
    if (++this.depth > maxDepth) this.fail('the text nests too deeply');
    if (++this.nodes > maxNodes) this.fail(`the text has more than ${maxNodes} values`);
    const node = this.parseAlias() ?? this.parseContent(place);
    this.depth--;
    return node;
  }

  private parseAlias(): YamlNode | undefined {
    const { token } = this;
    if (token.type !== 'alias') return undefined;
    const target = this.anchors.get(token.name) ?? this.fail(`unknown anchor '${token.name}' referenced`);
    this.next();
    return { kind: 'alias', name: token.name, target, offset: token.offset };
  }

  private parseContent(place: 'block' | 'value' | 'flow'): YamlNode {
    const { offset } = this.token;
    const { anchor, tag } = this.parseProperties();
    const { token } = this;
    const isIndentless = place === 'value' && token.type === '-';
    const isBlockStart = place !== 'flow' && (token.type === 'block list' || token.type === 'block map');
    if (isIndentless || token.type === '[' || (isBlockStart && token.type === 'block list')) {
      const list: Open<YamlList> = { kind: 'list', items: [], offset };
      this.remember(anchor, list);
      if (isIndentless) list.items = this.parseIndentlessList();
      else list.items = token.type === '[' ? this.parseFlowList() : this.parseBlockList();
      return list;
    }
    if (token.type === '{' || isBlockStart) {
      const map: Open<YamlMap> = { kind: 'map', pairs: [], offset };
      this.remember(anchor, map);
      map.pairs = token.type === '{' ? this.parseFlowMap() : this.parseBlockMap();
      return map;
    }
    if (token.type === 'scalar') {
      this.next();
      return this.remember(anchor, { kind: 'scalar', text: token.text, quoted: token.quoted, tag: tag ?? '', offset });
    }
    if (anchor === undefined && tag === undefined) this.fail('did not find expected node content');
    return this.remember(anchor, { ...emptyScalar(offset), tag: tag ?? '' });
  }

  private remember(anchor: string | undefined, node: YamlNode): YamlNode {
    if (anchor !== undefined) this.anchors.set(anchor, node);
    return node;
  }

  /** An anchor and a tag, in either order. */
  private parseProperties(): { anchor?: string; tag?: string } {
    const properties: { anchor?: string; tag?: string } = {};
    for (let { token } = this; ; { token } = this) {
      if (token.type === 'anchor' && properties.anchor === undefined) properties.anchor = token.name;
      else if (token.type === 'tag' && properties.tag === undefined) properties.tag = this.resolveTag(token.tag);
      else return properties;
      this.next();
    }
  }

  private resolveTag({ handle, suffix }: Tag): string {
    const prefix = handle === '' ? '' : (this.tagPrefixes.get(handle) ?? this.fail('found undefined tag handle'));
    return shortTag(prefix + suffix);
  }

  private parseBlockList(): readonly YamlNode[] {
    const items: YamlNode[] = [];
    this.next();
    while (this.skip('-')) items.push(this.parseNodeUnless('block', ['-', 'block end']));
    if (!this.skip('block end')) this.fail("did not find expected '-' indicator");
    return exact(items);
  }

  private parseIndentlessList(): readonly YamlNode[] {
    const items: YamlNode[] = [];
    while (this.skip('-')) items.push(this.parseNodeUnless('block', ['-', 'key', 'value', 'block end']));
    return exact(items);
  }

  private parseBlockMap(): readonly YamlPair[] {
    const pairs: YamlPair[] = [];
    this.next();
    while (this.skip('key')) {
      const key = this.parseNodeUnless('value', ['key', 'value', 'block end']);
      const value = this.skip('value') ? this.parseNodeUnless('value', ['key', 'value', 'block end']) : this.nothing();
      pairs.push({ key, value });
    }
    if (!this.skip('block end')) this.fail('did not find expected key');
    return exact(pairs);
  }

  private parseFlowList(): readonly YamlNode[] {
    const items: YamlNode[] = [];
    this.next();
    for (let isFirst = true; !this.skip(']'); isFirst = false) {
      if (!isFirst && !this.skip(',')) this.fail("did not find expected ',' or ']'");
      if (this.isAt('key')) items.push(this.parsePairInList());
      else if (!this.isAt(']')) items.push(this.parseNode('flow'));
    }
    return exact(items);
  }

  /** `[a: b]` holds a map. */
  private parsePairInList(): YamlNode {
    const { offset } = this.token;
    this.next();
    const hasKey = !this.isAt('value', ',', ']');
    const key = hasKey ? this.parseNode('flow') : this.nothing();
    // Behind a key that is nothing yaml.v3 passes one token too many, and stumbles over what follows.
    if (!hasKey) this.next();
    const value = this.skip('value') ? this.parseNodeUnless('flow', [',', ']']) : this.nothing();
    return { kind: 'map', pairs: [{ key, value }], offset };
  }

  private parseFlowMap(): readonly YamlPair[] {
    const pairs: YamlPair[] = [];
    this.next();
    for (let isFirst = true; !this.skip('}'); isFirst = false) {
      if (!isFirst && !this.skip(',')) this.fail("did not find expected ',' or '}'");
      if (this.skip('key')) {
        const key = this.parseNodeUnless('flow', ['value', ',', '}']);
        pairs.push({ key, value: this.skip('value') ? this.parseNodeUnless('flow', [',', '}']) : this.nothing() });
      } else if (!this.isAt('}')) {
        pairs.push({ key: this.parseNode('flow'), value: this.nothing() });
      }
    }
    return exact(pairs);
  }

  /** A node; nothing, where one of these tokens stands instead. */
  private parseNodeUnless(place: 'block' | 'value' | 'flow', ends: readonly TokenType[]): YamlNode {
    return ends.includes(this.token.type) ? this.nothing() : this.parseNode(place);
  }

  private nothing(): YamlNode {
    return emptyScalar(this.token.offset);
  }
}

/** Without the room for more that an array has which grew: a text has many. */
function exact<T>(grown: readonly T[]): readonly T[] {
  return grown.slice();
}
