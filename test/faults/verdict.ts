// What a row of the reliability table is, and how what was seen becomes its verdict.

/** One thing that was looked at: what was seen, and whether it is as it must be. */
export interface Check {
  readonly seen: string;
  readonly ok: boolean;
}

export interface Verdict {
  readonly ok: boolean;
  readonly seen: string;
}

/** What a run was asked for. */
export interface Options {
  /** How often a fault is repeated in a row. */
  readonly count: number;
  /** How long the healthy servers are called beside the bad ones. */
  readonly minutes: number;
}

/** One fault. `Stage` is what the rows of a stage share, such as a release. */
export interface Row<Stage> {
  readonly id: string;
  /** What is done. */
  readonly fault: string;
  /** What must hold. */
  readonly holds: string;
  /** The whole cluster suffers: only with --disruptive. */
  readonly disruptive?: true;
  measure(stage: Stage, options: Options): Promise<readonly Check[]>;
}

/** Rows that share a set-up, which is made once for those of them that run. */
export interface Stage<T> {
  readonly name: string;
  open(options: Options): Promise<T>;
  close(stage: T): Promise<void>;
  readonly rows: readonly Row<T>[];
}

/** A stage whose type its rows no longer need. */
export type AnyStage = Stage<unknown>;

/** Holds the rows to the type of their stage. */
export function defineStage<T>(stage: Stage<T>): AnyStage {
  return stage as unknown as AnyStage;
}

export function check(seen: string, ok: boolean): Check {
  return { seen, ok };
}

/** All checks must hold; those that do not stand out. Without a check nothing was seen, and nothing holds. */
export function judge(checks: readonly Check[]): Verdict {
  return {
    ok: checks.length > 0 && checks.every(({ ok }) => ok),
    seen: checks.map(({ seen, ok }) => (ok ? seen : `**${seen}**`)).join('; ') || 'nothing was measured',
  };
}

/** A row that ended with an exception. */
export function failure(error: unknown): Verdict {
  const { message, stdout } = error as { message?: string; stdout?: string };
  return judge([check([message ?? String(error), stdout ?? ''].join(' ').trim(), false)]);
}
