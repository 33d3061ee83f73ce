// What a user is told: mistakes, doubts and decisions, as data. Nothing here prints or throws.

/** `error` stops the output, `warning` does not (unless `--strict`), `note` tells of a decision and how to change it. */
export type Severity = 'error' | 'warning' | 'note';

/** A place in a file. `line` and `column` count from 1, as editors do. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Every code there is. docs/diagnostics.md has a row for each. */
export const diagnosticCodes = [
  'bad-config',
  'bad-host',
  'bad-name',
  'bad-overlay',
  'bad-quantity',
  'bad-secrets-file',
  'bad-variable-name',
  'bad-volume',
  'cannot-run',
  'dropped-brace',
  'duplicate-server',
  'duplicate-volume',
  'flag-like',
  'foreign-property',
  'hidden-files',
  'host-gateway',
  'host-volume',
  'image-read',
  'image-removed',
  'insecure-remote',
  'locked',
  'missing-config',
  'missing-entrypoint',
  'missing-field',
  'missing-image',
  'missing-program',
  'missing-snapshot',
  'moved-volume',
  'name-collision',
  'no-program',
  'no-servers',
  'not-a-catalog',
  'not-a-text',
  'oauth-server',
  'opened-folder',
  'overridden',
  'own-image',
  'plain-credential',
  'poci-server',
  'renamed-server',
  'renamed-variable',
  'result-too-long',
  'root-user',
  'run-as',
  'same-image',
  'secret',
  'secret-not-in-file',
  'shared-volume',
  'skipped-server',
  'stale-lock',
  'tool-collision',
  'undeclared-property',
  'unfollowed-program',
  'unknown-field',
  'unknown-filter',
  'unknown-server',
  'unknown-user',
  'unreadable-files',
  'unreadable-image',
  'unset-property',
  'unused-input',
  'unused-volume-rule',
  'usage',
  'user-name',
  'volume',
  'wrong-type',
  'wrong-value',
  'yaml-documents',
  'yaml-structure',
  'yaml-syntax',
] as const;

export type DiagnosticCode = (typeof diagnosticCodes)[number];

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
