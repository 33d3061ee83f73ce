// The gateway, the relay or everything goes, during a session with a call out.
import { setTimeout as pause } from 'node:timers/promises';
import { duration, shorten, spread } from '../figures.ts';
import { signal } from '../node-agent.ts';
import { kubectl } from '../programs.ts';
import { PROBES } from '../servers.ts';
import { User } from '../users.ts';
import { type Check, check, type Row } from '../verdict.ts';
import { GATEWAY } from '../release.ts';
import { gatewayPod, onePod, restarts } from '../watch.ts';
import type { Base } from './base.ts';

const PROMPT = 1500;
/** Milliseconds that the call takes which is out: less than the silence after which the relay gives a server up. */
const OUT = 8000;
/** What a client understands: a session that is not there any more, or a connection that is none. */
const HINT = /404|session|closed|closing|connect|fetch failed|ECONNREFUSED|mcpgen: /i;

interface Loss {
  readonly id: string;
  readonly fault: string;
  /** Seconds until all tools are there again. */
  readonly limit: number;
  /** The call in flight fails at once; a relay that is stopped reports nothing. */
  readonly promptly: boolean;
  lose(base: Base, pod: string): Promise<unknown>;
}

function row({ id, fault, limit, promptly, lose }: Loss): Row<Base> {
  const told = promptly ? 'the running call is answered, or fails within 1.5 s; ' : '';
  return {
    id,
    fault,
    holds: `${told}the next one is answered or says that a new session is needed; within ${limit} s a new session has all tools, and each server answers`,
    async measure(base) {
      await freshPod(base);
      await base.settle();
      const user = new User(base);
      await user.retry(PROBES.everything);
      const pod = await gatewayPod(base);
      await signal(base.namespace, pod, 'relay', 'CONT'); // does nothing, but start what sends signals
      const out = user.attempt({ tool: 'faulty__sleep', args: { ms: OUT }, answer: 'slept' });
      await pause(500);
      const begun = performance.now();
      await lose(base, pod);
      const lost = performance.now();
      const completed = base.complete(begun, limit + 90);
      const { error } = await out;
      const ended = Math.max(0, performance.now() - lost);
      const next = await user.attempt(PROBES.everything, 30);
      const complete = await completed;
      const checks = [
        check(
          next.error
            ? `the next one fails after ${duration(next.ms)}: ${shorten(next.error, 120)}`
            : `the next one is answered after ${duration(next.ms)}`,
          next.error === undefined || (next.ms <= 10_000 && HINT.test(next.error)),
        ),
        check(`all tools after ${duration(complete)}`, complete <= limit * 1000),
      ];
      const fate = error ? `fails after ${duration(ended)}: ${shorten(error, 80)}` : 'is answered';
      checks.unshift(check(`the running call ${fate}`, !promptly || error === undefined || ended <= PROMPT));
      await user.close();
      return checks;
    },
  };
}

/** Kubernetes waits 10 s and more before it starts a container again that it has started again before, but not in a new pod. */
async function freshPod(base: Base): Promise<void> {
  const counts = [...(await restarts(base, GATEWAY)).values()];
  if (counts.every((count) => count === 0)) return;
  await kubectl('delete', 'pod', '-n', base.namespace, '-l', GATEWAY, '--wait', '--timeout=60s');
  await onePod(base, GATEWAY, 120);
}

const nodeLost: Row<Base> = {
  id: 'node-lost',
  fault: 'the pods of the gateway and of all servers are deleted at once, by force',
  holds: 'each time all tools are there again, and each server answers, within 60 s',
  async measure(base, { count }) {
    const times: number[] = [];
    const rounds = Math.ceil(count / 2);
    for (let round = 0; round < rounds; round++) {
      await base.settle();
      const begun = performance.now();
      const selector = 'app.kubernetes.io/name=mcpgen,app.kubernetes.io/component!=test';
      await kubectl(
        'delete',
        'pods',
        '-n',
        base.namespace,
        '-l',
        selector,
        '--force',
        '--grace-period=0',
        '--wait=false',
      );
      times.push(await base.complete(begun, 180));
    }
    const complete = times.filter((ms) => ms <= 60_000);
    return [
      check(`${complete.length} of ${rounds} times complete (${spread(times)})`, complete.length === rounds),
    ] as Check[];
  },
};

export const gatewayLosses: Row<Base>[] = [
  row({
    id: 'gateway-killed',
    fault: "the gateway's container is killed",
    limit: 15,
    promptly: true,
    lose: (base, pod) => signal(base.namespace, pod, 'gateway', 'KILL'),
  }),
  row({
    id: 'gateway-deleted',
    fault: "the gateway's pod is deleted",
    limit: 15,
    promptly: true,
    lose: (base, pod) => kubectl('delete', 'pod', pod, '-n', base.namespace, '--wait=false'),
  }),
  row({
    id: 'relay-killed',
    fault: "the relay's container is killed",
    limit: 15,
    promptly: true,
    lose: (base, pod) => signal(base.namespace, pod, 'relay', 'KILL'),
  }),
  row({
    id: 'relay-stopped',
    fault: 'the relay is stopped (SIGSTOP), and never continued',
    limit: 15,
    promptly: false,
    lose: (base, pod) => signal(base.namespace, pod, 'relay', 'STOP'),
  }),
  nodeLost,
];
