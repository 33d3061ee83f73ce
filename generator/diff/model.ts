// What a change of values means for security, as data.

/** From what needs a look to what does not. */
export const weights = ['widening', 'changed', 'narrowing'] as const;

/**
 * `widening`: servers may do or reach more, or get at more. `narrowing`: less. `changed`: it is another, which only a look at it
 * can judge.
 */
export type Weight = (typeof weights)[number];

export interface Change {
  /** Undefined: of the release as a whole. */
  readonly server?: string;
  /** What of it, as the values name it. */
  readonly field: string;
  readonly weight: Weight;
  /** In one line; hostile text. */
  readonly text: string;
}
