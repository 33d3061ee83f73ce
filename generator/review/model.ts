// What a security review of a deployment looks at, as data. All texts are hostile.

import type { Diagnostic } from '../diagnostics.ts';
import type { Aspect, ExplainedServer } from '../explain/model.ts';
import type { Graph, GraphServer } from '../graph/model.ts';

/** What somebody should look at, from what weighs most. */
export const flags = {
  root: 'runs as root',
  privileges: 'has more privileges than the chart gives',
  everything: 'may connect to everything',
  internet: 'may connect to the internet',
  unpinned: 'image without a digest',
  shared: 'shares a Secret or a volume',
  warned: 'has a warning',
} as const;
export type Flag = keyof typeof flags;

/** The same in the table, where there is less room. */
export const marks: Readonly<Record<Flag, string>> = {
  root: 'root',
  privileges: 'privileges',
  everything: 'everything',
  internet: 'internet',
  unpinned: 'no digest',
  shared: 'shared',
  warned: 'warning',
};

export interface ReviewServer extends GraphServer {
  readonly description: string;
  /** With the digest; absent without a container. */
  readonly image?: { readonly name: string; readonly digest: string };
  /** Absent without a container. */
  readonly user?: string;
  readonly command: readonly string[];
  /** Names of variables, without those that are from Secrets. */
  readonly variables: readonly string[];
  readonly limits: string;
  /** What the gateway offers, as far as it is known. */
  readonly tools: readonly string[];
  readonly flags: readonly Flag[];
}

export interface Review {
  readonly version: string;
  /** What was read, with the SHA-256 of each text. */
  readonly inputs: readonly { readonly name: string; readonly digest: string }[];
  readonly graph: Graph;
  readonly servers: readonly ReviewServer[];
  /** What all servers share, as name and text. */
  readonly release: readonly (readonly [name: string, text: string])[];
  readonly diagnostics: readonly Diagnostic[];
  /** How most containers differ from Docker. */
  readonly common: readonly Aspect[];
  /** Each server with what only it has, or why it cannot run. */
  readonly explained: readonly ExplainedServer[];
}
