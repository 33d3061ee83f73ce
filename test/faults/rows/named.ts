// The places where people look for a bad server, and whether each of them names it with its reason.
import { setTimeout as pause } from 'node:timers/promises';
import { shorten } from '../figures.ts';
import { outcome, kubectl } from '../programs.ts';
import type { FaultRelease } from '../release.ts';
import { type Check, check } from '../verdict.ts';
import { askRelay, gatewayPod, logs, metric, serverPods } from '../watch.ts';

export interface Bad {
  readonly server: string;
  /** What the reason must say. */
  readonly reason: RegExp;
  /** It has no pod that `kubectl get pods` could show. */
  readonly podless?: true;
}

interface ServerState {
  name: string;
  state: string;
  failure?: { stage?: string; reason?: string; status?: number; lastLine?: string } | null;
}

/** A check for each bad server. Looks for a minute, as what is found out late must be named all the same. */
export async function checkNamed(release: FaultRelease, bad: readonly Bad[]): Promise<Check[]> {
  const end = performance.now() + 60_000;
  for (;;) {
    const checks = await look(release, bad);
    if (checks.every(({ ok }) => ok) || performance.now() > end) return checks;
    await pause(10_000);
  }
}

async function look(release: FaultRelease, bad: readonly Bad[]): Promise<Check[]> {
  const tested = await release.test();
  const pod = await gatewayPod(release);
  const log = (await outcome(logs(release, pod, '-c', 'relay'))).output;
  const metrics = await askRelay(release, '/metrics').catch(() => undefined);
  const servers = await askRelay(release, '/servers').catch(() => undefined);
  return Promise.all(bad.map((one) => lookFor(release, one, { tested, log, metrics, servers })));
}

interface Places {
  tested: { failed: boolean; output: string };
  log: string;
  metrics: string | undefined;
  servers: string | undefined;
}

async function lookFor(release: FaultRelease, { server, reason, podless }: Bad, places: Places): Promise<Check> {
  const rows = await kubectl('get', 'pods', '-n', release.namespace, '-l', serverPods(server), '--no-headers');
  // Why a pod does not run only Kubernetes knows: who cannot know it names the command that says it.
  const command = `kubectl describe pods -l mcpgen.dev/server=${server}`;
  const tellsReason = (text: string) =>
    text.split('\n').some((line) => line.includes(server) && (reason.test(line) || line.includes(command)));
  const found: [place: string, isNamed: boolean][] = [
    ['kubectl get pods', podless === true || !/\s1\/1\s+Running/.test(rows)],
    ['helm test', places.tested.failed && tellsReason(places.tested.output)],
    ["the relay's log", tellsReason(places.log)],
    ['metrics', isDown(places.metrics, server)],
    ['/servers', tellsReason(failureOf(places.servers, server))],
  ];
  const missing = found.filter(([, isNamed]) => !isNamed).map(([place]) => place);
  const [pod = 'no pod'] = rows.split('\n').filter(Boolean);
  const shown = podless ? 'no pod' : shorten(pod.replace(/^\S+/, ''), 60);
  if (missing.length === 0) return check(`${server} (${shown}) is named in all places`, true);
  return check(`${server} (${shown}) is not named by ${missing.join(', ')}`, false);
}

function isDown(metrics: string | undefined, server: string): boolean {
  return (
    metrics?.includes(`mcpgen_relay_up{server="${server}"`) === true && metric(metrics, 'mcpgen_relay_up', server) === 0
  );
}

/** One line about the last failure of a server. */
function failureOf(json: string | undefined, server: string): string {
  if (json === undefined) return '';
  const { servers } = JSON.parse(json) as { servers: ServerState[] };
  const found = servers.find(({ name }) => name === server);
  return found?.failure ? JSON.stringify(found) : '';
}
