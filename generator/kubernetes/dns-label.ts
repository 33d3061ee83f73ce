// DNS labels made of any text; a file of its own, as hashing takes a while to load.

import { sha256 } from '../hash.ts';

/**
 * A DNS label (RFC 1123) made of any text: lower case, everything else a hyphen. A longer one is cut, and told from its
 * like by a hash of the whole. Empty when nothing of the text is left.
 */
export function dnsLabel(text: string, maxLength: number): string {
  const label = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (label.length <= maxLength) return label;
  const hash = sha256(text).slice(0, 6);
  return `${label.slice(0, maxLength - hash.length - 1).replace(/-$/, '')}-${hash}`;
}
