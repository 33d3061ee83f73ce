// HTML of parts that are escaped where they are put: a string is always text, and only `element` makes markup.

import { printable } from '../printable.ts';

/** Markup that this file made. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Child = Html | string | undefined | readonly Child[];

/** With a closing tag, unless it is one that has none. Attributes with the value undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  ...children: readonly Child[]
): Html {
  const written = Object.entries(attributes).map(([key, value]) =>
    value === undefined ? '' : ` ${key}="${escape(value)}"`,
  );
  const start = `<${name}${written.join('')}>`;
  return new Html(['meta', 'img', 'input', 'br'].includes(name) ? start : `${start}${markupOf(children)}</${name}>`);
}

/** What a style or script element holds is not text, and cannot be escaped: it is the same on every page. */
export function fixed(name: 'style' | 'script', content: string): Html {
  return new Html(`<${name}>${content}</${name}>`);
}

export function markupOf(child: Child): string {
  if (child === undefined) return '';
  if (child instanceof Html) return child.markup;
  return typeof child === 'string' ? escape(child) : child.map(markupOf).join('');
}

/** For text and for attributes in quotes. Invisible characters are shown as escapes. */
function escape(text: string): string {
  return printable(text).replace(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}
