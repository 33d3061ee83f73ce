// Texts that may refer to secrets: what the gateway would expand to a value becomes Kubernetes' `$(NAME)`.

/** A reference to the secret that the environment variable `secret` gets its value from. */
export interface SecretReference {
  readonly secret: string;
}

/** Literal pieces and references, in order. */
export type Text = readonly (string | SecretReference)[];

export function isEmpty(text: Text): boolean {
  return text.every((part) => part === '');
}

/**
 * As Kubernetes reads `env.value`, `command` and `args`: `$(NAME)` is expanded, `$$` stands for `$`
 * (k8s.io/kubernetes third_party/forked/golang/expansion). A dollar is doubled only where it could be misread.
 */
export function toKubernetes(text: Text): string {
  const parts = merge(text);
  return parts
    .map((part, index) => {
      if (typeof part !== 'string') return `$(${part.secret})`;
      const followed = index + 1 < parts.length && typeof parts[index + 1] !== 'string';
      return part.replace(/\$/g, (dollar, offset: number) => {
        const next = part[offset + 1] ?? (followed ? '$' : '');
        return next === '$' || next === '(' ? '$$' : dollar;
      });
    })
    .join('');
}

/** Neighbouring literals as one, so that a dollar at the end of the first sees what follows. */
function merge(text: Text): Text {
  const merged: (string | SecretReference)[] = [];
  for (const part of text) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else if (part !== '') merged.push(part);
  }
  return merged;
}
