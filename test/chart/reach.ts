// Where a pod gets to, by the NetworkPolicies and CiliumNetworkPolicies of a render: what Kubernetes and Cilium make of them.

import { BlockList, isIPv6 } from 'node:net';
import type { Manifest, Manifests } from './helm.ts';

type Labels = Readonly<Record<string, string>>;

/** The far end of a connection. A pod has labels, and its namespace has; something outside may have been found by a name. */
export interface Destination {
  readonly ip: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly pod?: { readonly labels: Labels; readonly namespace: string };
  readonly host?: string;
}

/** Whether the policies let a pod of the namespace "ns" with these labels connect there. */
export function reaches(rendered: Manifests, labels: Labels, destination: Destination): boolean {
  const policies = [...rendered.kind('NetworkPolicy'), ...rendered.kind('CiliumNetworkPolicy')]
    .map(({ kind, spec }) => ({ kind, spec, selector: spec.podSelector ?? spec.endpointSelector }))
    .filter(({ kind, spec }) => kind === 'CiliumNetworkPolicy' || spec.policyTypes.includes('Egress'))
    .filter(({ selector }) => selects(selector, labels));
  if (policies.length === 0) return true;
  return policies.some(({ kind, spec }) =>
    (spec.egress ?? []).some((rule: Manifest) =>
      kind === 'NetworkPolicy' ? ruleAllows(rule, destination) : ciliumAllows(rule, destination),
    ),
  );
}

/** A rule of a NetworkPolicy: no peers are all peers, no ports all ports. */
export function ruleAllows(rule: Manifest, destination: Destination): boolean {
  const { to = [], ports = [], ...rest } = rule;
  if (Object.keys(rest).length > 0) throw new Error(`not a rule: ${JSON.stringify(rule)}`);
  return (
    (to.length === 0 || to.some((peer: Manifest) => isPeer(peer, destination))) &&
    (ports.length === 0 || ports.some((port: Manifest) => isPort(port, destination)))
  );
}

function isPeer(peer: Manifest, { ip, pod }: Destination): boolean {
  const { ipBlock, podSelector, namespaceSelector, ...rest } = peer;
  if (Object.keys(rest).length > 0) throw new Error(`not a peer: ${JSON.stringify(peer)}`);
  if (ipBlock) return contains([ipBlock.cidr], ip) && !contains(ipBlock.except ?? [], ip);
  if (!pod) return false;
  const isThere = namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': pod.namespace })
    : pod.namespace === 'ns';
  return isThere && selects(podSelector ?? {}, pod.labels);
}

function isPort({ port, endPort = port, protocol = 'TCP' }: Manifest, destination: Destination): boolean {
  if (typeof port === 'string') throw new Error(`the ports of ${destination.ip} have no names`);
  if (protocol !== destination.protocol) return false;
  return port === undefined || (destination.port >= port && destination.port <= endPort);
}

/** A rule of a CiliumNetworkPolicy: it has one kind of peers. */
function ciliumAllows(rule: Manifest, destination: Destination): boolean {
  const { toPorts, toFQDNs, toEndpoints, toCIDRSet, ...rest } = rule;
  const kinds = [toFQDNs, toEndpoints, toCIDRSet].filter((kind) => kind !== undefined);
  if (Object.keys(rest).length > 0 || kinds.length !== 1) throw new Error(`not a rule: ${JSON.stringify(rule)}`);
  const isThere =
    toFQDNs?.some((name: Manifest) => isName(name, destination.host)) ??
    toEndpoints?.some((endpoint: Manifest) => isEndpoint(endpoint, destination.pod)) ??
    toCIDRSet.some((ipBlock: Manifest) => isPeer({ ipBlock }, destination));
  const ports = toPorts.flatMap((one: Manifest) => one.ports) as { port: string; protocol: string }[];
  return isThere && ports.some((one) => isPort({ ...one, port: Number(one.port) }, destination));
}

function isEndpoint({ matchLabels, ...rest }: Manifest, pod: Destination['pod']): boolean {
  if (Object.keys(rest).length > 0) throw new Error(`not understood here: ${JSON.stringify(rest)}`);
  const { 'k8s:io.kubernetes.pod.namespace': namespace = 'ns', ...labels } = matchLabels;
  return pod !== undefined && pod.namespace === namespace && selects({ matchLabels: labels }, pod.labels);
}

function isName({ matchName, matchPattern }: Manifest, host: string | undefined): boolean {
  if (host === undefined) return false;
  return matchName ? matchName === host : isLike(matchPattern, host);
}

/** Whether a name is like a pattern, in which * stands for a part of one label. */
export function isLike(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${parts.join('[^.]*')}$`).test(name);
}

function selects(selector: Manifest, labels: Labels): boolean {
  const { matchLabels = {}, ...rest } = selector;
  if (Object.keys(rest).length > 0) throw new Error(`not understood here: ${JSON.stringify(rest)}`);
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

function contains(ranges: readonly string[], ip: string): boolean {
  const family = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');
  const list = new BlockList();
  for (const range of ranges) {
    const [address, bits] = range.split('/') as [string, string];
    // A list with an IPv4 range also matches addresses of IPv6 that stand for one of IPv4.
    if (family(address) === family(ip)) list.addSubnet(address, Number(bits), family(address));
  }
  return list.check(ip, family(ip));
}
