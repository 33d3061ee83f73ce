// What the two HTTP transports share.

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { tooLong } from './failure.ts';

export type Headers = { readonly [name: string]: string };

export const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };

/** HTTP's messages are held as a whole, several times over: they are no longer than that, whatever others may be. */
const maxHeld = 8 << 20;

/** The limit of a message, and the words for one that is longer. */
export function tooLongOf(allowed: number): { readonly maxLength: number; readonly tooLong: (what: string) => string } {
  const maxLength = Math.min(maxHeld, allowed);
  return {
    maxLength,
    tooLong: (what) =>
      maxLength < maxHeld ? tooLong(what, maxLength / 2 ** 20) : `${what} is longer than ${maxHeld >> 20} MiB`,
  };
}

/** A message as a line of its own: in JSON, line breaks can only be white space. */
export function onOneLine(text: Buffer): Buffer {
  for (let at = text.indexOf(0x0a); at >= 0; at = text.indexOf(0x0a, at)) text[at] = 0x20;
  for (let at = text.indexOf(0x0d); at >= 0; at = text.indexOf(0x0d, at)) text[at] = 0x20;
  return Buffer.concat([text, Buffer.from('\n')]);
}
