// Why a server does not serve: its last failure, as text that is safe to show.

/** How far it got: its name has no address; no connection; its process ended at once; no handshake; lost while it was used. */
export type Stage = 'resolve' | 'connect' | 'start' | 'handshake' | 'call';

export const stages: readonly Stage[] = ['resolve', 'connect', 'start', 'handshake', 'call'];

/** The end of a connection, as whoever had it sees it. */
export interface Loss {
  readonly reason: string;
  /** The server answered the handshake with an error. */
  readonly isRefusal?: boolean;
  /** No attempt can succeed until the configuration changes. */
  readonly isFinal?: true;
  /** A name without an address. */
  readonly isUnresolved?: boolean;
  /** Exit status of the server process. */
  readonly status?: number;
  /** The last line that the process wrote to stderr. */
  readonly lastLine?: string;
}

export interface Failure extends Loss {
  readonly stage: Stage;
  readonly at: Date;
}

/** More of a text that comes from a server is not kept. */
const maxText = 256;
const goodbye = /^mcpgen: the server process ended with status (\d{1,3})(?:: (.*))?$/;

/**
 * The line with which the chart's wrapper (chart/files/bridge/run-server.sh) says that the server process has ended; the
 * bridge itself leaves the connection open.
 */
export function processEnd(line: Buffer): Loss | undefined {
  if (line.length > 4 * maxText) return undefined;
  const [, status, lastLine] = goodbye.exec(line.toString().trim()) ?? [];
  if (status === undefined) return undefined;
  const text = printable(lastLine ?? '');
  const reason = `the server process ended with status ${Number(status)}`;
  return { reason, status: Number(status), ...(text !== '' && { lastLine: text }) };
}

/** What an attempt to connect ended with. */
export function connectError(error: Error): Loss {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return { reason: error.message, isUnresolved: /^(?:ENOTFOUND|EAI_)/.test(code) };
}

/** One line without control characters, of bounded length. */
export function printable(text: string): string {
  return text
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, maxText);
}

/** Whether nothing answered at the server's address: the relay cannot know why. */
export function isUnreached(stage: Stage): boolean {
  return stage === 'resolve' || stage === 'connect';
}

/** A loss in words: the reason, and what the process said last. */
export function describeLoss({ reason, lastLine }: Loss): string {
  return lastLine === undefined ? reason : `${reason}: ${lastLine}`;
}

export function describeFailure(failure: Failure): string {
  return `${failure.stage} failed: ${describeLoss(failure)}`;
}

/** Why a message is not passed on, and what to do. */
export function tooLong(what: string, limitMiB: number): string {
  return `${what} is longer than ${limitMiB} MiB: ask for less data, or raise relay.maxMessageMiB and the memory of gateway.resources`;
}
