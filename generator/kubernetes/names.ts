// Names that Kubernetes takes, made of any text.

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
