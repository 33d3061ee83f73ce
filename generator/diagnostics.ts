// What the user sees: mistakes, doubts and decisions, as data. Nothing here prints or throws.

import { type DiagnosticCode, type DiagnosticKey, findVariant, type ParametersOf } from './diagnostics/table.ts';
import type { Severity, Task } from './diagnostics/types.ts';

export type { DiagnosticCode, Severity, Task };

/** A place in a file. `line` and `column` count from 1, as editors do. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic {
  readonly severity: Severity;
  /** Kebab-case and stable: scripts and docs/diagnostics.md refer to it. */
  readonly code: DiagnosticCode;
  /** What is wrong, and why. Never holds the value of a secret. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Absent where no single place is at fault, as for a missing file. */
  readonly position?: Position;
  /** The catalog's name of the server that it is about, where there is one. */
  readonly server?: string;
  /** What to do before the release is installed. */
  readonly task?: Task;
  /** For what differs from Docker: what all of the kind have in common. */
  readonly summary?: string;
}

/** What a diagnostic is about. */
export interface About {
  readonly position?: Position | undefined;
  readonly server?: string | undefined;
}

/** A diagnostic of the table: its code, with the variant where it has several, what its message is made of, and a place. */
export function diagnose<Key extends DiagnosticKey>(
  key: Key,
  parameters: ParametersOf<Key>,
  { position, server }: About = {},
): Diagnostic {
  const { code, variant } = findVariant(key);
  const hint = variant.hint(parameters);
  return {
    severity: variant.severity,
    code,
    message: variant.message(parameters),
    ...(hint !== undefined && { hint }),
    ...(position && { position }),
    ...(server !== undefined && { server }),
    ...(variant.task && { task: variant.task(parameters) }),
    ...(variant.summary !== undefined && { summary: variant.summary }),
  };
}

/** With warnings as errors, for `--strict`. */
export function strictly(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((diagnostic) =>
    diagnostic.severity === 'warning' ? { ...diagnostic, severity: 'error' } : diagnostic,
  );
}

/** With errors as warnings, for a file that is to be replaced anyway. */
export function leniently(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((diagnostic) => ({ ...diagnostic, severity: 'warning' }));
}

/** What every stage of the compiler returns; a stage that failed as a whole returns `value: undefined`. */
export interface Result<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Gathers what several steps have to say. */
export class Collector {
  readonly diagnostics: Diagnostic[] = [];

  add(diagnostics: readonly Diagnostic[]): void {
    // One by one: a list may be too long to be spread into arguments.
    for (const diagnostic of diagnostics) this.diagnostics.push(diagnostic);
  }

  /** Keeps the diagnostics of a result and returns its value. */
  take<T>(result: Result<T>): T {
    this.add(result.diagnostics);
    return result.value;
  }
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

/** Sorted by file and place, each said once: the same input gives the same list. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const unique = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
  return [...unique.values()].sort(
    (a, b) =>
      compare(a.position?.file ?? '', b.position?.file ?? '') ||
      (a.position?.line ?? 0) - (b.position?.line ?? 0) ||
      (a.position?.column ?? 0) - (b.position?.column ?? 0) ||
      compare(a.code, b.code) ||
      compare(a.message, b.message),
  );
}

/** By code units: the order must not depend on the locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
