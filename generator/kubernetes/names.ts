// Names that Kubernetes takes, made of any text.

import { createHash } from 'node:crypto';

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
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 6);
  return `${label.slice(0, maxLength - hash.length - 1).replace(/-$/, '')}-${hash}`;
}

/** `wanted`, or `wanted-2` and so on where that is taken; the result counts as taken from then on. */
export function uniqueName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let suffix = 2; taken.has(name); suffix++) name = `${wanted}-${suffix}`;
  taken.add(name);
  return name;
}

/** A key of a Secret or ConfigMap. */
export function isDataKey(text: string): boolean {
  return /^[-._a-zA-Z0-9]+$/.test(text);
}

/** A text as such a key: what a key may not have becomes `_`. */
export function toDataKey(text: string): string {
  return text.replace(/[^-._a-zA-Z0-9]/g, '_');
}

/** An environment variable, by the rule of Kubernetes before version 1.30. */
export function isVariableName(text: string): boolean {
  return isDataKey(text) && !/^(\d|\.$|\.\.)/.test(text);
}

/** A name of an object: DNS labels with dots between them. */
export function isObjectName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);
}
