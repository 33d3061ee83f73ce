// Eight servers of which three are bad in three ways: the five serve, the three are named, and fixed one by one.
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { call } from '../../e2e/client.ts';
import { duration } from '../figures.ts';
import { logs, changes, gatewayPod, restarts } from '../watch.ts';
import { FaultRelease, GATEWAY } from '../release.ts';
import { outcome } from '../programs.ts';
import { type ChartValues, echo, faultyServer, PROBES, type Probe, realServers } from '../servers.ts';
import { keepCalling, Tally, User } from '../users.ts';
import { type Check, check, defineStage, type Options } from '../verdict.ts';
import { type Bad, checkNamed } from './named.ts';

const HEALTHY = Object.keys(PROBES) as (keyof typeof PROBES)[];
const postgres = { image: 'mcp/postgres', command: ['node', 'dist/index.js'], egress: { mode: 'none' } };
const BAD: Bad[] = [
  { server: 'postgres', reason: /database URL|status 1\b/i },
  { server: 'absent', reason: /image|pull/i },
  { server: 'keyed', reason: /secret/i },
];
const NO_IMAGE = 'mcp/no-such-image:1';
const secretEnv = { KEY: { name: 'keyed-secrets', key: 'key' } };

function valuesWith(fixed: readonly string[]): ChartValues {
  const url = fixed.includes('postgres') ? { args: ['postgresql://user@localhost:5432/data'] } : {};
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keyed-secrets' },
    stringData: { key: 'value' },
  };
  return {
    servers: {
      ...realServers(...HEALTHY),
      postgres: { ...postgres, ...url },
      ...faultyServer('absent', fixed.includes('absent') ? {} : { image: NO_IMAGE }),
      ...faultyServer('keyed', { secretEnv }),
    },
    extraObjects: fixed.includes('keyed') ? [secret] : [],
  };
}

export const badServers = defineStage<FaultRelease>({
  name: 'bad',
  open: () => FaultRelease.start('bad', valuesWith([]), { wait: false }),
  close: (release) => release.remove(),
  rows: [
    {
      id: 'bad-serve',
      fault:
        'eight servers; the process of one dies at start (postgres without its URL), one has an image that does not exist, ' +
        'one misses its Secret: a call per second to each of the other five',
      holds: 'no call fails; the gateway is there within 60 s, and never restarts',
      measure: serve,
    },
    {
      id: 'bad-named',
      fault: 'the same three bad servers',
      holds:
        "each is named, with its reason, by `kubectl get pods`, `helm test`, the relay's log, its metrics and `/servers`; " +
        '`helm upgrade --wait` fails; the log has at most 5 lines for each; the gateway has never restarted',
      measure: named,
    },
    {
      id: 'bad-fixed',
      fault: 'the three are fixed one by one by `helm upgrade`',
      holds:
        'the tools of each appear within 120 s in the session that was open all the time; the gateway never restarts',
      measure: fix,
    },
  ],
});

async function serve(release: FaultRelease, { minutes }: Options): Promise<Check[]> {
  const ready = await release.answers(240);
  if (ready === Infinity) return [check('the gateway accepted no client within 240 s', false)];
  const before = await restarts(release, GATEWAY);
  const over = pause(minutes * 60_000);
  const tallies = await Promise.all(
    HEALTHY.map((name) => keepCalling([new User(release)], [PROBES[name]], 1000, over)),
  );
  const tally = tallies.reduce((sum, one) => sum.merge(one), new Tally());
  const restarted = changes(new Map([...before.keys()].map((name) => [name, 0])), await restarts(release, GATEWAY));
  return [
    check(`the gateway accepts clients ${duration(ready)} after \`helm install\``, ready <= 60_000),
    check(`in ${minutes} minutes ${tally.text}`, tally.failed.length === 0),
    check(restarted.join(', ') || 'gateway restarts: 0', restarted.length === 0),
  ];
}

async function named(release: FaultRelease): Promise<Check[]> {
  const waited = await outcome(
    release.helm('upgrade', release.name, 'chart', '-f', release.valuesFile, '--wait', '--timeout', '20s'),
  );
  const named = await checkNamed(release, BAD);
  const restarted = changes(new Map(), await restarts(release, GATEWAY));
  const log = (await logs(release, await gatewayPod(release), '-c', 'relay')).split('\n');
  const counts = BAD.map(({ server }) => ({
    server,
    lines: log.filter((line) => line.includes(`"server":"${server}"`)).length,
  }));
  return [
    check(`\`helm upgrade --wait\` ${waited.failed ? 'fails' : 'succeeds'}`, waited.failed),
    ...named,
    check(
      `lines of the log: ${counts.map(({ server, lines }) => `${server} ${lines}`).join(', ')}`,
      counts.every(({ lines }) => lines <= 5),
    ),
    check(restarted.join(', ') || 'gateway restarts since `helm install`: 0', restarted.length === 0),
  ];
}

const AFTER: [server: string, probe: Probe][] = [
  ['absent', echo('absent')],
  ['keyed', echo('keyed')],
  ['postgres', { tool: 'query', args: { sql: 'SELECT 1' }, answer: '' }],
];

async function fix(release: FaultRelease): Promise<Check[]> {
  if ((await release.answers(180)) === Infinity) return [check('the gateway accepted no client within 180 s', false)];
  const session = await release.session();
  const before = await restarts(release, GATEWAY);
  const checks: Check[] = [];
  const fixed: string[] = [];
  for (const [server, { tool }] of AFTER) {
    fixed.push(server);
    await release.change(valuesWith(fixed));
    const after = await appears(session, tool, 120);
    checks.push(check(`${server}: its tools after ${duration(after)}`, after !== Infinity));
  }
  const usable = await outcome(call(session, PROBES.everything.tool, PROBES.everything.args));
  const restarted = changes(before, await restarts(release, GATEWAY));
  checks.push(
    check(usable.failed ? `the session ended: ${usable.output.trim()}` : 'the session goes on', !usable.failed),
    check(restarted.join(', ') || 'gateway restarts: 0', restarted.length === 0),
  );
  return checks;
}

/** Milliseconds until a session has a tool, or Infinity. */
async function appears(session: Client, tool: string, seconds: number): Promise<number> {
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1000) {
    const listed = await session.listTools(undefined, { timeout: 5000 }).catch(() => undefined);
    if (listed?.tools.some(({ name }) => name === tool)) return performance.now() - begun;
    await pause(500);
  }
  return Infinity;
}
