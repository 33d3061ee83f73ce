// A server loses a process, its bridge or its pod, many times in a row, in a session that goes on.
import { run } from '../../e2e/programs.ts';
import { duration, frequencies, spread } from '../figures.ts';
import { signal } from '../node-agent.ts';
import { kubectl } from '../programs.ts';
import { echo, PROBES, type Probe } from '../servers.ts';
import { type Attempt, User } from '../users.ts';
import { type Check, check, type Options, type Row } from '../verdict.ts';
import { onePod, restarts, serverPods } from '../watch.ts';
import type { Base } from './base.ts';

/** A call that cannot be answered fails within a second; the rest is the way there and back. */
const PROMPT = 1500;
const HOLDS = 'in the same session at most one call fails, within 1.5 s, and the next one is answered';

interface Victim {
  readonly server: string;
  readonly language: string;
  readonly probe: Probe;
}
const VICTIMS: Victim[] = [
  { server: 'everything', language: 'Node', probe: PROBES.everything },
  { server: 'time', language: 'Python', probe: PROBES.time },
];
const GREEDY: Victim = { server: 'greedy', language: 'Node', probe: echo('greedy') };

type Lose = (base: Base, victim: Victim, user: User) => Promise<unknown>;

const kill =
  (what: 'all' | 'pod'): Lose =>
  (base, { server }) =>
    run('tools/relay-kill.sh', [what, base.namespace, server], 150);

/** The container ends with it. Kubernetes waits longer each time before it starts one again, but not in a new pod. */
const killBridge: Lose = async (base, { server }) => {
  const pod = await onePod(base, serverPods(server), 60);
  await signal(base.namespace, pod, 'server', 'KILL', 'docker-mcp-brid');
};

const eat: Lose = async (_, __, user) => {
  const { error } = await user.attempt({ tool: 'greedy__eat', args: {}, answer: '' });
  if (!error?.includes('status 137')) throw new Error(`the server was not killed: ${error ?? 'it answered'}`);
};

async function loseAgainAndAgain(base: Base, victim: Victim, count: number, lose: Lose): Promise<Check[]> {
  const firsts: Attempt[] = [];
  const seconds: Attempt[] = [];
  const user = new User(base);
  for (let round = 0; round < count; round++) {
    const before = await user.attempt(victim.probe);
    if (before.error !== undefined) await user.retry(victim.probe);
    await lose(base, victim, user);
    const first = await user.attempt(victim.probe);
    firsts.push(first);
    if (first.error !== undefined) seconds.push(await user.attempt(victim.probe));
    await replaceIfRestarted(base, victim);
  }
  await user.close();
  return verdicts(victim, firsts, seconds);
}

async function replaceIfRestarted(base: Base, { server }: Victim): Promise<void> {
  const counts = [...(await restarts(base, serverPods(server))).values()];
  if (counts.every((count) => count === 0)) return;
  await kubectl('delete', 'pod', '-n', base.namespace, '-l', serverPods(server), '--wait', '--timeout=60s');
  await onePod(base, serverPods(server), 60);
}

function verdicts({ language, server }: Victim, firsts: readonly Attempt[], seconds: readonly Attempt[]): Check[] {
  const answered = firsts.filter(({ error }) => error === undefined).map(({ ms }) => ms);
  const failed = firsts.filter(({ error }) => error !== undefined);
  const again = seconds.filter(({ error }) => error !== undefined);
  const slowest = Math.max(0, ...failed.map(({ ms }) => ms));
  const next = seconds.filter(({ error }) => error === undefined).map(({ ms }) => ms);
  const checks = [
    check(
      `${language} (${server}), ${firsts.length} times: the call after it answered ${answered.length} times (${spread(answered)})`,
      true,
    ),
  ];
  if (failed.length === 0) return checks;
  const why = frequencies(
    failed.map(({ error }) => error ?? ''),
    2,
  );
  const left = again[0] ? `: ${again[0].error}` : '';
  return [
    ...checks,
    check(`failed ${failed.length} times within ${duration(slowest)}: ${why}`, slowest <= PROMPT),
    check(
      `the next one answered ${next.length} of ${seconds.length} times (${spread(next)})${left}`,
      again.length === 0,
    ),
  ];
}

function row(id: string, fault: string, victims: readonly Victim[], lose: Lose): Row<Base> {
  const measure = async (base: Base, { count }: Options) => {
    await base.settle();
    const checks: Check[] = [];
    for (const victim of victims) checks.push(...(await loseAgainAndAgain(base, victim, count, lose)));
    return checks;
  };
  return { id, fault, holds: HOLDS, measure };
}

const twoUsers: Row<Base> = {
  id: 'two-users',
  fault: 'two users of one server, one of whom crashes it while the other has a call out',
  holds: "the other's call is answered, or fails within 1.5 s",
  async measure(base, { count }) {
    await base.settle();
    const [one, other] = [new User(base), new User(base)];
    const crashes: Attempt[] = [];
    const calls: Attempt[] = [];
    for (let round = 0; round < count; round++) {
      await Promise.all([one, other].map((user) => user.retry(echo('faulty'))));
      const slow = other.attempt({ tool: 'faulty__sleep', args: { ms: 1000 }, answer: 'slept' });
      crashes.push(await one.attempt({ tool: 'faulty__crash', args: {}, answer: '' }));
      calls.push(await slow);
    }
    const failed = calls.filter(({ error }) => error !== undefined);
    const slowest = Math.max(...crashes.map(({ ms }) => ms));
    return [
      check(`the call that crashed it failed within ${duration(slowest)}, ${count} times`, slowest <= PROMPT),
      check(
        `the other's: ${calls.length - failed.length} of ${count} answered${failed[0] ? `, others: ${failed[0].error}` : ''}`,
        failed.every(({ ms }) => ms <= PROMPT),
      ),
    ];
  },
};

export const losses: Row<Base>[] = [
  twoUsers,
  row('process-killed', 'all processes of a server are killed', VICTIMS, kill('all')),
  row('oom-killed', 'a server takes more memory than its limit', [GREEDY], eat),
  row('pod-deleted', "a server's pod is deleted", VICTIMS, kill('pod')),
  row('bridge-killed', "a server's bridge is killed, and its container with it", VICTIMS, killBridge),
];
