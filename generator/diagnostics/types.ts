// What an entry of the table of diagnostics is, and the short words that build one.

/** `error` stops the output, `warning` does not (unless `--strict`), `note` tells of a decision and how to change it. */
export type Severity = 'error' | 'warning' | 'note';

/** What a user has to do before the release can work: a Secret to create, with arguments of kubectl, or something else in words. */
export type Task =
  | { readonly secret: string; readonly from: readonly string[]; readonly isOptional: boolean }
  | { readonly text: string };

/** The command that creates a Secret, with arguments such as `--from-literal=key=VALUE`. */
export function createSecret(secret: string, from: readonly string[]): string {
  return ['kubectl create secret generic', secret, ...from].join(' ');
}

/** What a report says of a diagnostic besides its message. */
export interface More<Parameters> {
  readonly task?: (parameters: Parameters) => Task;
  /** What several of them have in common, to be read after their number: what is not the same as under Docker. */
  readonly summary?: string;
}

/** One way in which a code is reported: how severe it is, and what it says of its parameters. */
export interface Variant<Parameters> extends More<Parameters> {
  readonly severity: Severity;
  /** What is wrong, and why. */
  readonly message: (parameters: Parameters) => string;
  /** What to do about it. */
  readonly hint: (parameters: Parameters) => string | undefined;
}

/** A code: what it means to a reader of docs/diagnostics.md and `--explain`, and how it is reported. */
export interface Entry {
  readonly meaning: string;
  /** A few words of an input that has it, in Markdown. */
  readonly example: string;
  readonly fix: string;
  /** A file of docs/ that says more. */
  readonly more?: string;
  /** The line that it is about may hold a secret: it is never shown. */
  readonly isPrivate?: true;
  /** Parameters differ from variant to variant, so that here nothing is known of them. */
  readonly variants: Readonly<Record<string, Variant<never>>>;
}

/** For messages that are always the same. */
export type Nothing = Readonly<Record<never, never>>;

type Text<Parameters> = (parameters: Parameters) => string;

const noHint = (): undefined => undefined;

export function error<Parameters>(
  message: Text<Parameters>,
  hint: (parameters: Parameters) => string | undefined = noHint,
): Variant<Parameters> {
  return { severity: 'error', message, hint };
}

export function warning<Parameters>(
  message: Text<Parameters>,
  hint: (parameters: Parameters) => string | undefined = noHint,
  more: More<Parameters> = {},
): Variant<Parameters> {
  return { severity: 'warning', message, hint, ...more };
}

export function note<Parameters>(
  message: Text<Parameters>,
  hint: (parameters: Parameters) => string | undefined = noHint,
  more: More<Parameters> = {},
): Variant<Parameters> {
  return { severity: 'note', message, hint, ...more };
}

/** A name of the user's, in quotes. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
