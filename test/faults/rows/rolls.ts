// Updates under the calls of eight clients: what fails, whether a retry succeeds, and what restarts.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../../e2e/programs.ts';
import { kubectl } from '../programs.ts';
import { keepCalling, type Tally, User } from '../users.ts';
import { type Check, check, type Row } from '../verdict.ts';
import { changes, restarts } from '../watch.ts';
import { ALL, type Base, baseValues } from './base.ts';

const CLIENTS = 8;
const HOLDS = 'each call that fails succeeds when it is retried (in the session, else in a new one)';

/** Makes a change while clients call, and looks at what it replaced besides the pods whose names begin as allowed. */
async function under(base: Base, allowed: readonly string[], change: () => Promise<unknown>): Promise<Check[]> {
  await base.settle();
  const users = Array.from({ length: CLIENTS }, () => new User(base));
  // A first call starts a process, and eight at once take the time that the change is to be seen in.
  await Promise.all(users.map(warmUp));
  const before = await restarts(base);
  const changed = pause(2000)
    .then(change)
    .then(() => pause(10_000));
  const tally = await keepCalling(users, ALL, 500, changed);
  const others = changes(before, await restarts(base)).filter((one) => !allowed.some((name) => one.startsWith(name)));
  return [verdict(tally), check(others.join(', ') || 'nothing else restarted', others.length === 0)];
}

/** A session that has not used every server before the change would start its processes during it, and blame the change for that. */
async function warmUp(user: User): Promise<void> {
  for (const probe of ALL) {
    const { error } = await user.retry(probe);
    if (error !== undefined) throw new Error(`${probe.tool} failed before the change: ${error}`);
  }
}

function verdict(tally: Tally): Check {
  return check(`${CLIENTS} clients: ${tally.text}`, tally.calls > 0 && tally.failedRetries.length === 0);
}

async function restart(base: Base, ...targets: string[]): Promise<void> {
  await kubectl('rollout', 'restart', '-n', base.namespace, ...targets);
  for (const target of targets) await kubectl('rollout', 'status', '-n', base.namespace, target, '--timeout=120s');
}

const servers = Object.keys(baseValues.servers);

/** The same chart as its next version, as most upgrades of it change nothing that a release uses. */
function nextChart(base: Base): string {
  const folder = join(base.folder, 'chart');
  cpSync(join(ROOT, 'chart'), folder, { recursive: true });
  const file = join(folder, 'Chart.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^version: .*$/m, 'version: 99.0.0'));
  return folder;
}

const BROKEN = 'deployment/mcp-everything';
const slow = {
  image: 'docker/mcp-gateway:v2',
  command: ['sleep', '30'],
  resources: { requests: { cpu: '1m' }, limits: { cpu: '100m', memory: '32Mi' } },
  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
};

/** An upgrade that cannot work, and how it is undone; afterwards all is as it was. */
async function breaking(
  base: Base,
  { args = [] }: { args?: string[] },
  undo: () => Promise<unknown>,
): Promise<Check[]> {
  const everything = { ...baseValues.servers['everything'], image: 'mcp/no-such-image:1' };
  const values = { ...baseValues, servers: { ...baseValues.servers, everything } };
  const checks = await under(base, ['mcp-everything-'], async () => {
    writeFileSync(base.valuesFile, JSON.stringify(values));
    // It fails, where it waits at all.
    await base.helm('upgrade', base.name, 'chart', '-f', base.valuesFile, ...args).catch(() => undefined);
    await undo();
  });
  await base.change(baseValues, { wait: true });
  return checks;
}

export const rolls: Row<Base>[] = [
  {
    id: 'servers-rolled',
    fault: 'all servers are restarted (`kubectl rollout restart`)',
    holds: `${HOLDS}; the gateway does not restart`,
    measure: (base) =>
      under(
        base,
        servers.map((name) => `mcp-${name}-`),
        () => restart(base, ...servers.map((name) => `deployment/mcp-${name}`)),
      ),
  },
  {
    id: 'gateway-rolled',
    fault: 'the gateway is restarted (`kubectl rollout restart`)',
    holds: `${HOLDS}; no server restarts`,
    measure: (base) => under(base, ['mcp-mcpgen-'], () => restart(base, 'deployment/mcp-mcpgen')),
  },
  {
    id: 'chart-upgraded',
    fault: 'the chart gets another version, and `helm upgrade` the same values',
    holds: 'no call fails, nothing restarts',
    async measure(base) {
      const chart = nextChart(base);
      const upgrade = () => base.helm('upgrade', base.name, chart, '-f', base.valuesFile, '--wait', '--timeout', '2m');
      return under(base, [], upgrade);
    },
  },
  {
    id: 'one-upgraded',
    fault: 'one server gets another environment by `helm upgrade`',
    holds: `${HOLDS}; nothing but its pod restarts`,
    async measure(base) {
      const everything = { ...baseValues.servers['everything'], env: { NOTE: String(Date.now()) } };
      const values = { ...baseValues, servers: { ...baseValues.servers, everything } };
      return under(base, ['mcp-everything-'], () => base.change(values, { wait: true }));
    },
  },
  {
    id: 'broken-upgrade',
    fault: 'one server gets an image that does not exist by `helm upgrade`, 20 s later `kubectl rollout undo`',
    holds: `${HOLDS}; nothing but its new pod starts`,
    measure: (base) =>
      breaking(base, {}, async () => {
        await pause(20_000);
        await kubectl('rollout', 'undo', '-n', base.namespace, BROKEN);
      }),
  },
  {
    id: 'broken-rollback',
    fault: 'the same, 20 s later `helm rollback`',
    holds: `${HOLDS}; nothing but its new pod starts`,
    measure: (base) =>
      breaking(base, {}, async () => {
        await pause(20_000);
        await base.helm('rollback', base.name, '--wait', '--timeout', '2m');
      }),
  },
  {
    id: 'broken-atomic',
    fault: 'the same by `helm upgrade --atomic` (Helm 4: `--rollback-on-failure`), which goes back by itself',
    holds: `${HOLDS}; nothing but its new pod starts`,
    measure: (base) => breaking(base, { args: ['--atomic', '--timeout', '20s'] }, () => Promise.resolve()),
  },
  {
    id: 'slow-pull',
    fault: 'one server gets a new pod by `helm upgrade` that is not there for 30 s, as with a slow pull of its image',
    holds: `${HOLDS}; nothing but its pod restarts`,
    async measure(base) {
      // An init container that takes its time holds a pod up as a pull does, and an image that nobody has takes no time here.
      const patch = { spec: { template: { spec: { initContainers: [{ name: 'slow', ...slow }] } } } };
      return under(base, ['mcp-everything-'], async () => {
        await kubectl('patch', '-n', base.namespace, BROKEN, '--patch', JSON.stringify(patch));
        await kubectl('rollout', 'status', '-n', base.namespace, BROKEN, '--timeout=180s');
      });
    },
  },
];
