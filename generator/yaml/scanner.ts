// The tokens of a YAML text, as yaml.v3's scannerc.go (a port of libyaml) finds them: it is YAML 1.1 in its own way.

import { takeAnchor, takeDirective, takeTag } from './properties.ts';
import { takeBlockScalar, takePlain, takeQuoted } from './scalars.ts';
import { type PlainToken, TokenQueue } from './tokens.ts';

/** yaml.v3 looks so far for a comment. */
const nextComment = /[ \t\r\n]{1,511}#/y;
const lineComment = /[ \t]{0,511}#/y;

export class Scanner extends TokenQueue {
  protected fetch(): void {
    this.skipToToken();
    const { cursor } = this;
    this.endBlocks(cursor.column);
    const char = cursor.peek();
    if (char === '') this.fetchDocumentEnd('stream end');
    else if (cursor.column === 0 && char === '%') this.fetchDirective();
    else if (cursor.isDocumentIndicator('---')) this.fetchDocumentEnd('---');
    else if (cursor.isDocumentIndicator('...')) this.fetchDocumentEnd('...');
    else {
      this.fetchContent(char);
      this.skipLineComment();
    }
  }

  private skipToToken(): void {
    const { cursor } = this;
    for (;;) {
      // A tab is not indentation.
      cursor.takeBlanks(this.inFlow || !this.simpleKeyAllowed);
      if (cursor.peek() === '#') this.skipComments();
      if (!cursor.isBreak()) return;
      cursor.takeBreak();
      if (!this.inFlow) this.simpleKeyAllowed = true;
    }
  }

  /** A comment, and those on the lines after it; before these a tab is not a mistake. */
  private skipComments(): void {
    const { cursor } = this;
    cursor.takeRestOfLine();
    while (cursor.finds(nextComment)) {
      while (cursor.peek() !== '#') {
        if (cursor.isBreak()) cursor.takeBreak();
        else cursor.take();
      }
      cursor.takeRestOfLine();
    }
  }

  /** Nor is one before a comment behind a token. */
  private skipLineComment(): void {
    const { cursor } = this;
    if (cursor.newlines > 0 || this.lastToken?.type === '-' || !cursor.finds(lineComment)) return;
    cursor.takeRestOfLine();
  }

  private fetchDocumentEnd(type: 'stream end' | '---' | '...'): void {
    if (type === 'stream end') this.cursor.endLine();
    this.endBlocks(-1);
    this.removeKey();
    this.simpleKeyAllowed = false;
    this.push(type);
    if (type !== 'stream end') this.cursor.take(3);
  }

  private fetchDirective(): void {
    this.endBlocks(-1);
    this.removeKey();
    this.simpleKeyAllowed = false;
    const { offset } = this.cursor;
    this.pushToken({ type: 'directive', directive: takeDirective(this.cursor), offset });
  }

  private fetchContent(char: string): void {
    const standsAlone = this.cursor.isBlankOrEnd(1);
    if (char === '[' || char === '{') this.fetchFlowStart(char);
    else if (char === ']' || char === '}') this.fetchFlowEnd(char);
    else if (char === ',') this.fetchFlowEntry();
    else if (char === '-' && standsAlone) this.fetchBlockEntry();
    else if (char === '?' && (this.inFlow || standsAlone)) this.fetchKey();
    else if (char === ':' && (this.inFlow || standsAlone)) this.fetchValue();
    else if (char === '*' || char === '&' || char === '!') this.fetchProperty(char);
    else if ((char === '|' || char === '>') && !this.inFlow) this.fetchBlockScalar();
    else if (char === "'" || char === '"') this.fetchQuoted();
    else if ('\t,[]{}#&*!|>%@`'.includes(char)) this.cursor.fail('found character that cannot start any token');
    else this.fetchPlain();
  }

  private fetchFlowStart(type: '[' | '{'): void {
    this.saveKey();
    this.startFlow();
    this.simpleKeyAllowed = true;
    this.pushAndTake(type);
  }

  private pushAndTake(type: PlainToken): void {
    this.push(type);
    this.cursor.take();
  }

  private fetchFlowEnd(type: ']' | '}'): void {
    this.removeKey();
    this.endFlow();
    this.simpleKeyAllowed = false;
    this.pushAndTake(type);
  }

  private fetchFlowEntry(): void {
    this.removeKey();
    this.simpleKeyAllowed = true;
    this.pushAndTake(',');
  }

  private fetchBlockEntry(): void {
    if (!this.inFlow && !this.simpleKeyAllowed) {
      this.cursor.fail('block sequence entries are not allowed in this context');
    }
    this.startBlock('block list');
    this.removeKey();
    this.simpleKeyAllowed = true;
    this.pushAndTake('-');
  }

  private fetchKey(): void {
    if (!this.inFlow && !this.simpleKeyAllowed) this.cursor.fail('mapping keys are not allowed in this context');
    this.startBlock('block map');
    this.removeKey();
    this.simpleKeyAllowed = !this.inFlow;
    this.pushAndTake('key');
  }

  private fetchValue(): void {
    if (this.insertKey()) {
      this.simpleKeyAllowed = false;
    } else {
      if (!this.inFlow && !this.simpleKeyAllowed) this.cursor.fail('mapping values are not allowed in this context');
      this.startBlock('block map');
      this.simpleKeyAllowed = !this.inFlow;
    }
    this.pushAndTake('value');
  }

  private fetchProperty(char: '*' | '&' | '!'): void {
    this.saveKey();
    this.simpleKeyAllowed = false;
    const { offset } = this.cursor;
    if (char === '!') this.pushToken({ type: 'tag', tag: takeTag(this.cursor), offset });
    else this.pushToken({ type: char === '*' ? 'alias' : 'anchor', name: takeAnchor(this.cursor), offset });
  }

  private fetchBlockScalar(): void {
    this.removeKey();
    this.simpleKeyAllowed = true;
    const { offset } = this.cursor;
    this.pushToken({ type: 'scalar', text: takeBlockScalar(this.cursor, this.indent), quoted: true, offset });
  }

  private fetchQuoted(): void {
    this.saveKey();
    this.simpleKeyAllowed = false;
    const { offset } = this.cursor;
    this.pushToken({ type: 'scalar', text: takeQuoted(this.cursor), quoted: true, offset });
  }

  private fetchPlain(): void {
    this.saveKey();
    const { offset } = this.cursor;
    const { text, endsLine } = takePlain(this.cursor, this.indent + 1, this.inFlow);
    this.simpleKeyAllowed = endsLine;
    this.pushToken({ type: 'scalar', text, quoted: false, offset });
  }
}
