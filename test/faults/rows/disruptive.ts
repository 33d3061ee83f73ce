// What the whole cluster suffers from: no DNS, no API server. Only with --disruptive.
import { setTimeout as pause } from 'node:timers/promises';
import { freeze } from '../node-agent.ts';
import { kubectl, kubectlJson, outcome } from '../programs.ts';
import { keepCalling, User } from '../users.ts';
import { type Check, check, type Row } from '../verdict.ts';
import { ALL, type Base } from './base.ts';

const SECONDS = 60;

/** Calls in sessions that are open, while something is away, and looks at what is there after it. */
async function without(base: Base, takeAway: () => Promise<() => Promise<unknown>>): Promise<Check[]> {
  await base.settle();
  const users = [new User(base), new User(base)];
  for (const user of users) for (const probe of ALL) await user.retry(probe);
  const bringBack = await takeAway();
  const tally = await keepCalling(users, ALL, 1000, pause(SECONDS * 1000)).finally(bringBack);
  const complete = await base.complete(performance.now(), 60);
  return [
    check(`in ${SECONDS} s ${tally.text}`, tally.calls > 0 && tally.failed.length === 0),
    check(complete === Infinity ? 'not complete 60 s after it' : 'complete after it', complete !== Infinity),
  ];
}

async function takeDnsAway(): Promise<() => Promise<unknown>> {
  const selector = ['-n', 'kube-system', '-l', 'k8s-app=kube-dns'];
  const { items } = await kubectlJson<{ items: { metadata: { name: string }; spec: { replicas: number } }[] }>(
    'get',
    'deployments',
    ...selector,
  );
  const [dns] = items;
  if (!dns) throw new Error('the cluster has no Deployment with the label k8s-app=kube-dns in kube-system');
  const scale = (replicas: number) =>
    kubectl('scale', '-n', 'kube-system', `deployment/${dns.metadata.name}`, `--replicas=${replicas}`);
  await scale(0);
  await kubectl('wait', '--for=delete', 'pods', ...selector, '--timeout=60s');
  return async () => {
    await scale(dns.spec.replicas);
    await kubectl('rollout', 'status', '-n', 'kube-system', `deployment/${dns.metadata.name}`, '--timeout=120s');
  };
}

async function takeApiAway(): Promise<() => Promise<unknown>> {
  const { items } = await kubectlJson<{ items: { metadata: { name: string } }[] }>('get', 'nodes');
  const attempts = await Promise.all(
    items.map(({ metadata: { name } }) => outcome(freeze(name, 'kube-apiserver', SECONDS))),
  );
  if (attempts.every(({ failed }) => failed)) throw new Error('no node has a process kube-apiserver');
  await pause(2000);
  return async () => {
    for (let tries = 0; tries < 60; tries++) {
      if (!(await outcome(kubectl('get', '--raw', '/readyz', '--request-timeout=5s'))).failed) return;
      await pause(1000);
    }
  };
}

export const disruptive: Row<Base>[] = [
  {
    id: 'dns-away',
    fault: `no CoreDNS for ${SECONDS} s`,
    holds: 'no call of a session that runs fails; afterwards a new session has all tools',
    disruptive: true,
    measure: (base) => without(base, takeDnsAway),
  },
  {
    id: 'api-away',
    fault: `the API server is stopped for ${SECONDS} s`,
    holds: 'no call of a session that runs fails; afterwards a new session has all tools',
    disruptive: true,
    measure: (base) => without(base, takeApiAway),
  },
];
