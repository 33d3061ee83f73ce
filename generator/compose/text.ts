// Texts and quantities of Kubernetes as Compose has them; a dollar sign of a text stays one.

import { compare } from '../diagnostics.ts';
import { uniqueName } from '../kubernetes/names.ts';
import { bytesOf, milliCpuOf } from '../kubernetes/quantity.ts';
import type { SecretRef } from '../values/in-effect.ts';

/** A text that Compose takes as it is: `$` would begin a variable. */
export function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/**
 * As Kubernetes expands `env.value`, `command` and `args`: `$(NAME)` becomes what `known` has, already in Compose's form,
 * `$$` is a dollar sign, and what is not known stays.
 */
export function expand(text: string, known: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))?/g, (found, name: string | undefined) => {
    if (name === undefined) return '$$';
    return known.get(name) ?? literal(found);
  });
}

/** A value of `env` or `extraEnv`: always a text. */
export function envText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The variable of `.env` for each key of a Secret: `brave.api_key` of the Secret `brave` is BRAVE_API_KEY. */
export class SecretVariables {
  private readonly names = new Map<string, string>();

  constructor(refs: readonly SecretRef[], reserved: readonly string[]) {
    const taken = new Set(reserved);
    const all = new Map(refs.map((ref) => [idOf(ref), ref]));
    for (const [id, ref] of [...all].sort(([a], [b]) => compare(a, b))) {
      this.names.set(id, uniqueName(wantedName(ref), taken).replaceAll('-', '_'));
    }
  }

  /** What stands for the secret's value in a Compose file. */
  valueOf(ref: SecretRef): string {
    const name = this.names.get(idOf(ref)) ?? '';
    return ref.optional ? `\${${name}:-}` : `\${${name}:?write ${name}=VALUE to .env}`;
  }

  /** Sorted. */
  get all(): string[] {
    return [...this.names.values()].sort(compare);
  }
}

function idOf({ name, key }: SecretRef): string {
  return `${name} ${key}`;
}

function wantedName({ name, key }: SecretRef): string {
  const whole = key.startsWith(`${name}.`) ? key : `${name}_${key}`;
  const variable = whole.toUpperCase().replace(/[^A-Z0-9]/g, '_');
  // Compose and Docker take variables of these names for settings of their own.
  return /^(\d|COMPOSE_|DOCKER_)/.test(variable) ? `SECRET_${variable}` : variable;
}

/** Docker's form, whose units are powers of 1024: `2g`. */
export function memoryText(quantity: string | number): string | undefined {
  const bytes = bytesOf(quantity);
  if (bytes === undefined) return undefined;
  const power = [3, 2, 1].find((candidate) => bytes > 0 && bytes % 1024 ** candidate === 0) ?? 0;
  return `${bytes / 1024 ** power}${['b', 'k', 'm', 'g'][power]}`;
}

/** `500m` is 0.5. */
export function cpusText(quantity: string | number): string | undefined {
  const milli = milliCpuOf(quantity);
  return milli === undefined ? undefined : String(milli / 1000);
}
