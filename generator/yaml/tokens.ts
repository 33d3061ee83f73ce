// The queue of tokens between scanner and parser, with what makes YAML hard to scan: tokens that come before earlier ones.

import { Cursor } from './cursor.ts';
import { YamlError } from './node.ts';
import type { Directive, Tag } from './properties.ts';

export type Token = { readonly offset: number } & (
  | { readonly type: 'scalar'; readonly text: string; readonly quoted: boolean }
  | { readonly type: 'alias' | 'anchor'; readonly name: string }
  | { readonly type: 'tag'; readonly tag: Tag }
  | { readonly type: 'directive'; readonly directive: Directive }
  | { readonly type: PlainToken }
);
export type PlainToken =
  | 'stream start'
  | 'stream end'
  | '---'
  | '...'
  | 'block list'
  | 'block map'
  | 'block end'
  | '-'
  | 'key'
  | 'value'
  | '['
  | ']'
  | '{'
  | '}'
  | ',';

/** Where a key without `?` may have begun: whether it is one shows at its colon. */
interface SimpleKey {
  possible: boolean;
  /** It stands where only a key can. */
  readonly required: boolean;
  /** Of the token before which those of the key belong. */
  readonly tokenNumber: number;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly index: number;
}

const noKey: SimpleKey = { possible: false, required: false, tokenNumber: 0, offset: 0, line: 0, column: 0, index: 0 };

export abstract class TokenQueue {
  protected readonly cursor: Cursor;
  protected simpleKeyAllowed = true;
  /** The column of the current block. */
  protected indent = -1;
  private readonly indents: number[] = [];
  private queue: Token[] = [];
  private head = 0;
  /** The number of the token at the head. */
  private parsed = 0;
  /** The last one of each flow level. */
  private readonly simpleKeys: SimpleKey[] = [{ ...noKey }];
  /** The flow level of the key that begins with a token. */
  private readonly keyLevels = new Map<number, number>();

  constructor(text: string) {
    this.cursor = new Cursor(text);
    this.push('stream start');
  }

  /** Puts the next token, and what that makes of others, into the queue. */
  protected abstract fetch(): void;

  peek(): Token {
    // yaml.v3 looks two tokens further ahead than needed; so an error there counts even when nothing else is read.
    while (this.head >= this.queue.length - 2 || this.hasKeyAtHead()) this.fetch();
    return this.queue[this.head] as Token;
  }

  next(): Token {
    const token = this.peek();
    this.head++;
    this.parsed++;
    if (this.head > 1000) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return token;
  }

  protected push(type: PlainToken, offset = this.cursor.offset): void {
    this.pushToken({ type, offset });
  }

  protected pushToken(token: Token): void {
    this.queue.push(token);
  }

  protected get lastToken(): Token | undefined {
    return this.queue.at(-1);
  }

  private get nextTokenNumber(): number {
    return this.parsed + this.queue.length - this.head;
  }

  /** Puts a token before that of the number; at the end, where that one is gone. */
  private insert(tokenNumber: number, token: Token): void {
    const place = tokenNumber < this.parsed ? this.queue.length : this.head + tokenNumber - this.parsed;
    this.queue.splice(place, 0, token);
  }

  /** Whether the token at the head may turn out to be a key, which puts other tokens before it. */
  private hasKeyAtHead(): boolean {
    const key = this.simpleKeys[this.keyLevels.get(this.parsed) ?? Infinity];
    return key !== undefined && this.isPossible(key);
  }

  /** A key ends on its line, and within 1024 characters. */
  private isPossible(key: SimpleKey): boolean {
    if (!key.possible) return false;
    if (key.line >= this.cursor.line && key.index + 1024 >= this.cursor.index) return true;
    giveUp(key);
    return false;
  }

  protected get inFlow(): boolean {
    return this.simpleKeys.length > 1;
  }

  protected startFlow(): void {
    this.simpleKeys.push({ ...noKey, tokenNumber: this.nextTokenNumber });
  }

  protected endFlow(): void {
    const key = this.inFlow ? this.simpleKeys.pop() : undefined;
    if (key) this.keyLevels.delete(key.tokenNumber);
  }

  private get currentKey(): SimpleKey {
    return this.simpleKeys.at(-1) as SimpleKey;
  }

  /** A key may begin here. */
  protected saveKey(): void {
    if (!this.simpleKeyAllowed) return;
    this.removeKey();
    const { offset, line, column, index } = this.cursor;
    const required = !this.inFlow && this.indent === column;
    const tokenNumber = this.nextTokenNumber;
    const last = this.simpleKeys.length - 1;
    this.simpleKeys[last] = { possible: true, required, tokenNumber, offset, line, column, index };
    this.keyLevels.set(tokenNumber, last);
  }

  /** What could have been a key is none. */
  protected removeKey(): void {
    const key = this.currentKey;
    if (key.possible) this.keyLevels.delete(key.tokenNumber);
    giveUp(key);
  }

  /** At a colon: puts the token for a key before it, and begins a block map where there is none. Whether there is a key. */
  protected insertKey(): boolean {
    const key = this.currentKey;
    if (!this.isPossible(key)) return false;
    this.insert(key.tokenNumber, { type: 'key', offset: key.offset });
    this.startBlock('block map', key.column, key.offset, key.tokenNumber);
    key.possible = false;
    this.keyLevels.delete(key.tokenNumber);
    return true;
  }

  /** Begins a block at a deeper column, before the token of that number. */
  protected startBlock(
    type: 'block list' | 'block map',
    column = this.cursor.column,
    offset = this.cursor.offset,
    tokenNumber = this.nextTokenNumber,
  ): void {
    if (this.inFlow || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    this.insert(tokenNumber, { type, offset });
  }

  /** Ends the blocks that are deeper than a column. */
  protected endBlocks(column: number): void {
    while (!this.inFlow && this.indent > column) {
      this.push('block end');
      this.indent = this.indents.pop() as number;
    }
  }
}

function giveUp(key: SimpleKey): void {
  if (key.possible && key.required) throw new YamlError("could not find expected ':'", key.offset);
  key.possible = false;
}
