// Anchors, tags and directives of YAML, as yaml.v3's scannerc.go reads them.

import type { Cursor } from './cursor.ts';

const word = /[0-9A-Za-z_-]+/y;
const uri = /[0-9A-Za-z_\-;/?:@&=+$,.!~*'()[\]%]+/y;

/** The name of `&anchor` or `*alias`. */
export function takeAnchor(cursor: Cursor): string {
  cursor.take();
  const name = cursor.take(word);
  if (name === '' || !(cursor.isBlankOrEnd() || '?:,]}%@`'.includes(cursor.peek()))) {
    cursor.fail('did not find expected alphabetic or numeric character');
  }
  return name;
}

export interface Tag {
  /** `!`, `!!` or `!name!`; '' where the suffix is the whole tag. */
  readonly handle: string;
  readonly suffix: string;
}

export function takeTag(cursor: Cursor): Tag {
  const tag = cursor.peek(1) === '<' ? takeVerbatimTag(cursor) : takeShorthandTag(cursor);
  if (!cursor.isBlankOrEnd()) cursor.fail('did not find expected whitespace or line break');
  return tag;
}

function takeVerbatimTag(cursor: Cursor): Tag {
  cursor.take(2);
  const suffix = takeUri(cursor);
  if (cursor.peek() !== '>') cursor.fail("did not find the expected '>'");
  cursor.take();
  return { handle: '', suffix };
}

function takeShorthandTag(cursor: Cursor): Tag {
  const handle = takeHandle(cursor);
  if (handle.length > 1 && handle.endsWith('!')) return { handle, suffix: takeUri(cursor) };
  const suffix = handle.slice(1) + (cursor.finds(uri) ? takeUri(cursor) : '');
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix };
}

function takeHandle(cursor: Cursor): string {
  if (cursor.peek() !== '!') cursor.fail("did not find expected '!'");
  const handle = cursor.take() + cursor.take(word);
  return cursor.peek() === '!' ? handle + cursor.take() : handle;
}

function takeUri(cursor: Cursor): string {
  const text = cursor.take(uri);
  if (text === '') cursor.fail('did not find expected tag URI');
  try {
    return decodeURIComponent(text);
  } catch {
    return cursor.fail('did not find URI escaped octet');
  }
}

export type Directive =
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'tag'; readonly handle: string; readonly prefix: string };

/** `%YAML 1.1` or `%TAG !handle! prefix`; any other is an error. */
export function takeDirective(cursor: Cursor): Directive {
  cursor.take();
  const name = cursor.take(word);
  if (name === '' || !cursor.isBlankOrEnd()) cursor.fail('could not find expected directive name');
  if (name !== 'YAML' && name !== 'TAG') cursor.fail('found unknown directive name');
  cursor.takeBlanks();
  const directive = name === 'YAML' ? takeVersion(cursor) : takeTagDirective(cursor);
  cursor.takeEndOfLine();
  return directive;
}

function takeVersion(cursor: Cursor): Directive {
  const version = cursor.take(/[0-9]{1,2}\.[0-9]{1,2}/y);
  if (version === '') cursor.fail('did not find expected version number');
  return { kind: 'version', version: version.split('.').map(Number).join('.') };
}

function takeTagDirective(cursor: Cursor): Directive {
  const handle = takeHandle(cursor);
  if (handle !== '!' && !handle.endsWith('!')) cursor.fail("did not find expected '!'");
  if (cursor.takeBlanks() === '') cursor.fail('did not find expected whitespace');
  const prefix = takeUri(cursor);
  if (!cursor.isBlankOrEnd()) cursor.fail('did not find expected whitespace or line break');
  return { kind: 'tag', handle, prefix };
}
