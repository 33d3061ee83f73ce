// A server that hangs, forks, ignores signals, or prints more than anybody wants, and what its neighbours feel of that.
import { setTimeout as pause } from 'node:timers/promises';
import { duration, shorten } from '../figures.ts';
import { kubectl } from '../programs.ts';
import { echo } from '../servers.ts';
import { type Attempt, keepCalling, User } from '../users.ts';
import { type Check, check, type Row } from '../verdict.ts';
import { changes, logs, onePod, peakMegabytes, restarts, serverPods } from '../watch.ts';
import { GATEWAY } from '../release.ts';
import { type Base, NEIGHBOURS, SILENCE } from './base.ts';

const MARK = 'mark-of-the-faulty-server';
const MB = 1_000_000;
/** Neighbours are called for at least so long. */
const LEAST = 5000;

/** Does something to a server while two users call its neighbours. */
async function beside(base: Base, server: string, misbehave: (user: User) => Promise<Check[]>): Promise<Check[]> {
  await base.settle();
  const user = new User(base);
  await user.attempt(echo(server));
  const neighbours = [new User(base), new User(base)];
  for (const neighbour of neighbours) for (const probe of NEIGHBOURS) await neighbour.retry(probe);
  const before = await restarts(base, GATEWAY);
  const own = misbehave(user);
  const tally = await keepCalling(neighbours, NEIGHBOURS, 250, Promise.all([own, pause(LEAST)]));
  const after = await user.retry(echo(server));
  await user.close();
  const restarted = changes(before, await restarts(base, GATEWAY));
  return [
    ...(await own),
    check(
      `its next call ${after.error ? `fails: ${shorten(after.error, 120)}` : 'is answered'}`,
      after.error === undefined,
    ),
    check(`its neighbours: ${tally.text}`, tally.failed.length === 0),
    check(restarted.join(', ') || `no restart; memory at most ${await memory(base)}`, restarted.length === 0),
    ...(await foreignLogs(base)),
  ];
}

async function memory(base: Base): Promise<string> {
  const [gateway, relay] = [await peakMegabytes(base, 'gateway'), await peakMegabytes(base, 'relay')];
  return `${gateway.toFixed(0)} MB (gateway), ${relay.toFixed(0)} MB (relay)`;
}

/** Nothing that the faulty server prints may be in the log of another one, or of the relay or gateway. */
async function foreignLogs(base: Base): Promise<Check[]> {
  const targets = ['time', 'everything', 'memory'].map((name) => `deployment/mcp-${name}`);
  const others = await Promise.all([
    ...targets.map((target) => logs(base, target)),
    logs(base, 'deployment/mcp-mcpgen', '--all-containers'),
  ]);
  const found = others.filter((text) => text.includes(MARK)).length;
  return found === 0 ? [] : [check(`${found} logs of others have its output`, false)];
}

function outcomeOf(what: string, { ms, error }: Attempt): string {
  return `${what} ${error ? `fails after ${duration(ms)}: ${shorten(error, 240)}` : `is answered after ${duration(ms)}`}`;
}

interface Misdeed {
  readonly id: string;
  readonly fault: string;
  readonly tool: string;
  readonly args?: Record<string, unknown>;
  /** Whether the call itself must be answered, and within how many seconds it must be over. */
  readonly answered: boolean;
  readonly seconds: number;
}

function row({ id, fault, tool, args = {}, answered, seconds }: Misdeed): Row<Base> {
  const own = answered ? 'its call is answered' : 'its call fails';
  return {
    id,
    fault,
    holds: `${own} within ${seconds} s, and the next one is answered; no call of its neighbours fails; nothing restarts; no other log has its output`,
    measure: (base) =>
      beside(base, 'faulty', async (user) => {
        const attempt = await user.attempt({ tool: `faulty__${tool}`, args, answer: '' }, seconds + 30);
        const isRight = (attempt.error === undefined) === answered && attempt.ms <= seconds * 1000;
        return [check(outcomeOf('its call', attempt), isRight)];
      }),
  };
}

/** Orphans live on in the pod for two minutes, so it is replaced. */
const forks: Row<Base> = {
  ...row({
    id: 'forks',
    fault: 'a server starts 20 processes that outlive it, and crashes',
    tool: 'fork',
    args: { count: 20 },
    answered: true,
    seconds: 30,
  }),
  async measure(base) {
    const checks = await beside(base, 'faulty', async (user) => {
      const attempt = await user.attempt({ tool: 'faulty__fork', args: { count: 20 }, answer: 'forked' });
      await user.attempt({ tool: 'faulty__crash', args: {}, answer: '' });
      return [check(outcomeOf('its call', attempt), attempt.error === undefined)];
    });
    await kubectl('delete', 'pod', '-n', base.namespace, '-l', serverPods('faulty'), '--wait', '--timeout=60s');
    return checks;
  },
};

const stubborn: Row<Base> = {
  id: 'ignores-sigterm',
  fault: 'the pod of a server that ignores SIGTERM and the end of its stdin is deleted',
  holds:
    'the pod is gone within its grace period (5 s) and 5 s more; its next call is answered, at the second try at the latest; no call of its neighbours fails',
  measure: (base) =>
    beside(base, 'stubborn', async () => {
      const pod = await onePod(base, serverPods('stubborn'), 60);
      const begun = performance.now();
      await kubectl('delete', 'pod', pod, '-n', base.namespace, '--wait', '--timeout=60s');
      const ms = performance.now() - begun;
      return [check(`the pod is gone after ${duration(ms)}`, ms <= 10_000)];
    }),
};

export const misdeeds: Row<Base>[] = [
  row({
    id: 'hangs',
    fault: `a tool never answers (\`callSilenceSeconds: ${SILENCE}\`)`,
    tool: 'hang',
    answered: false,
    seconds: SILENCE + 5,
  }),
  row({
    id: 'spins',
    fault: `a tool takes the whole processor and never answers (\`callSilenceSeconds: ${SILENCE}\`)`,
    tool: 'spin',
    answered: false,
    seconds: SILENCE + 5,
  }),
  forks,
  stubborn,
  row({
    id: 'garbage',
    fault: 'a tool prints 1 MB that is not a message to stdout, then answers',
    tool: 'garbage',
    args: { bytes: MB },
    answered: true,
    seconds: 10,
  }),
  row({
    id: 'stderr',
    fault: 'a tool prints 100 MB to stderr, then answers',
    tool: 'stderr',
    args: { bytes: 100 * MB },
    answered: true,
    seconds: 60,
  }),
  row({
    id: 'answer-20-mb',
    fault: 'a tool answers with 20 MB',
    tool: 'big',
    args: { bytes: 20 * MB },
    answered: true,
    seconds: 30,
  }),
  row({
    id: 'answer-50-mb',
    fault: 'a tool answers with 50 MB, more than `relay.maxMessageMiB` (20)',
    tool: 'big',
    args: { bytes: 50 * MB },
    answered: false,
    seconds: 30,
  }),
];
