// Two versions of one server: what it runs, as which user, what it is given, and what it reaches.

import { compare } from '../diagnostics.ts';
import { secretsOf, type ServerValues } from '../values/in-effect.ts';
import type { Change, Weight } from './model.ts';

type Found = Omit<Change, 'server'>;

/** What differs in these is compared below, part by part. */
const compared: ReadonlySet<string> = new Set(
  (
    'image command args remote http env secretEnv volumes tools allowTools toolDefinitions egress hostAliases ' +
    'podSecurityContext securityContext'
  ).split(' '),
);
/** They say how much of a server there is, where and for how long, but not what it may do. */
const harmless: ReadonlySet<string> = new Set(
  (
    'affinity autoscaling deploymentAnnotations deploymentStrategy description enabled imagePullPolicy livenessProbe ' +
    'longLived minReadySeconds nodeSelector podDisruptionBudget prefix priorityClassName readinessProbe relay replicas ' +
    'required resources revisionHistoryLimit schedulerName scratchSizeLimit startSeconds startupProbe stateful ' +
    'terminationGracePeriodSeconds tolerations topologySpreadConstraints'
  ).split(' '),
);

/** All that differs, of what matters for security. */
export function diffServer(old: ServerValues, now: ServerValues): readonly Found[] {
  return [
    ...changed('image', old.image, now.image),
    ...changed('command', old.command, now.command),
    ...changed('args', old.args, now.args),
    ...changed('remote.url', old.remote?.url, now.remote?.url),
    ...entries('remote.headers', old.remote?.headers, now.remote?.headers, 'changed'),
    ...changed('http.url', old.http?.url, now.http?.url),
    ...entries('http.headers', old.http?.headers, now.http?.headers, 'changed'),
    ...changed('http.egress', old.http?.egress, now.http?.egress, 'widening'),
    ...entries('env', old.env, now.env, 'changed'),
    ...entries('secretEnv', places(old), places(now), 'widening'),
    ...entries('volumes', old.volumes, now.volumes, 'widening'),
    ...tools(old, now),
    ...entries('toolDefinitions', old.toolDefinitions, now.toolDefinitions, 'changed'),
    ...egress(old, now),
    ...entries('hostAliases', aliases(old), aliases(now), 'changed'),
    ...security(old, now),
    ...others(old, now),
  ];
}

/** Everything else: nobody can say here which is more. */
function others(old: ServerValues, now: ServerValues): Found[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort(compare);
  return names
    .filter((name) => !compared.has(name) && !harmless.has(name))
    .flatMap((name) => changed(name, Reflect.get(old, name), Reflect.get(now, name), 'widening'));
}

function show(value: unknown): string {
  if (value === undefined || value === '') return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function changed(field: string, old: unknown, now: unknown, weight: Weight = 'changed'): Found[] {
  if (isSame(old, now)) return [];
  return [{ field, weight, text: `${show(old)} -> ${show(now)}` }];
}

type Entries = Readonly<Record<string, unknown>>;

/** By name. `added`: what a new entry is. A changed one is never less. */
function entries(field: string, old: Entries = {}, now: Entries = {}, added: Weight): Found[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort(compare);
  return names.flatMap((name): Found[] => {
    const [before, after] = [old[name], now[name]];
    if (before === undefined) return [{ field, weight: added, text: `+ ${name}: ${show(after)}` }];
    if (after === undefined) return [{ field, weight: 'narrowing', text: `- ${name}` }];
    return changed(field, before, after).map(({ text }) => ({ field, weight: added, text: `${name}: ${text}` }));
  });
}

/** Where secrets are. Their values are in no values. */
function places(server: ServerValues): Entries {
  const all = Object.entries(secretsOf(server));
  return Object.fromEntries(all.map(([variable, { name, key }]) => [variable, `${name}/${key}`]));
}

function aliases({ hostAliases = [] }: ServerValues): Entries {
  return Object.fromEntries(hostAliases.flatMap(({ ip, hostnames }) => hostnames.map((host) => [host, ip])));
}

/** What is offered: the allowed tools, or else all that are known. */
function tools(old: ServerValues, now: ServerValues): Found[] {
  const widened = old.allowTools !== undefined && now.allowTools === undefined;
  const limit: Found[] = widened
    ? [{ field: 'allowTools', weight: 'widening', text: 'all tools are offered now' }]
    : [];
  if (!old.allowTools && now.allowTools)
    limit.push({ field: 'allowTools', weight: 'narrowing', text: `only ${now.allowTools.join(', ')} now` });
  const [before, after] = [old.allowTools ?? old.tools ?? [], now.allowTools ?? now.tools ?? []];
  const added = after.filter((tool) => !before.includes(tool));
  const removed = before.filter((tool) => !after.includes(tool));
  const field = now.allowTools ? 'allowTools' : 'tools';
  return [
    ...limit,
    ...added.map((tool): Found => ({ field, weight: 'widening', text: `+ ${tool}` })),
    ...removed.map((tool): Found => ({ field, weight: 'narrowing', text: `- ${tool}` })),
  ];
}

const modes = ['none', 'hosts', 'internet', 'all'];

function egress(old: ServerValues, now: ServerValues): Found[] {
  const field = 'egress';
  const [from, to] = [old.egress.mode, now.egress.mode];
  if (from !== to) {
    const weight = modes.indexOf(to) > modes.indexOf(from) || !modes.includes(to) ? 'widening' : 'narrowing';
    return [{ field, weight, text: `${showEgress(old.egress)} -> ${showEgress(now.egress)}` }];
  }
  const { hosts: before = [], ...others } = old.egress as { hosts?: readonly string[] };
  const { hosts: after = [], ...othersNow } = now.egress as { hosts?: readonly string[] };
  return [
    ...after
      .filter((host) => !before.includes(host))
      .map((host): Found => ({ field, weight: 'widening', text: `+ ${host}` })),
    ...before
      .filter((host) => !after.includes(host))
      .map((host): Found => ({ field, weight: 'narrowing', text: `- ${host}` })),
    // Peers and ports of the user's own: nobody can say here which are more.
    ...changed(field, others, othersNow, 'widening'),
  ];
}

/** Without the lists that are empty. */
function showEgress(egress: object): string {
  return show(
    Object.fromEntries(Object.entries(egress).filter(([, value]) => !Array.isArray(value) || value.length > 0)),
  );
}

function security(old: ServerValues, now: ServerValues): Found[] {
  const [before, after] = [old.podSecurityContext.runAsUser, now.podSecurityContext.runAsUser];
  const toRoot = after === 0 && before !== 0;
  const user = changed(
    'podSecurityContext',
    old.podSecurityContext,
    now.podSecurityContext,
    toRoot ? 'widening' : 'changed',
  );
  return [...user, ...changed('securityContext', old.securityContext, now.securityContext, 'widening')];
}
