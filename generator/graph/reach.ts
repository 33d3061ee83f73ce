// What a server may connect to, in words: the rules of chart/templates/_egress.tpl and _policy.tpl.

import { isMap } from '../tree.ts';
import type { ChartValues, EgressValues, ServerValues } from '../values/in-effect.ts';
import type { Reach } from './model.ts';

export function reachOf(server: ServerValues, { networkPolicy }: ChartValues): Reach {
  const { remote, http, egress } = server;
  if (remote) return { scope: 'called', targets: [hostOf(remote.url)] };
  if (http?.url !== undefined) return { scope: 'called', targets: [hostOf(http.url), ...peersOf(http.egress ?? {})] };
  if (!networkPolicy.enabled) return { scope: 'everything', targets: [] };
  switch (egress.mode) {
    case 'none':
      return { scope: 'nothing', targets: [] };
    case 'all':
      return { scope: 'everything', targets: [] };
    case 'hosts':
      return { scope: 'hosts', targets: [...new Set(egress.hosts), ...peersOf(egress)] };
    case 'custom':
      return { scope: 'custom', targets: peersOf(egress) };
    default:
      return { scope: 'internet', targets: peersOf(egress) };
  }
}

/** Host and port of a URL, or the text itself if it is not a URL. */
function hostOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port === '' ? (protocol === 'http:' ? 80 : 443) : port}`;
}

/** `to` and `ports`, one text for each peer. */
export function peersOf({ to = [], ports = [] }: Pick<EgressValues, 'to' | 'ports'>): string[] {
  if (to.length === 0 && ports.length === 0) return [];
  const at = ports.length === 0 ? '' : ` at ${ports.map(portText).join(', ')}`;
  const peers = to.length === 0 ? ['every address'] : to.map(peerText);
  return peers.map((peer) => `${peer}${at}`);
}

function portText(port: unknown): string {
  if (!isMap(port)) return `port ${String(port)}`;
  const { port: first = 'any', endPort, protocol = 'TCP' } = port;
  return `${String(protocol)} ${String(first)}${endPort === undefined ? '' : `-${String(endPort)}`}`;
}

/** A peer of a NetworkPolicy. */
export function peerText(peer: unknown): string {
  if (!isMap(peer)) return String(peer);
  const { ipBlock, podSelector, namespaceSelector } = peer;
  if (isMap(ipBlock)) {
    const except = Array.isArray(ipBlock['except']) ? ` but ${ipBlock['except'].join(', ')}` : '';
    return `${String(ipBlock['cidr'])}${except}`;
  }
  const pods = podSelector === undefined ? 'all pods' : `pods ${selectorText(podSelector)}`;
  return namespaceSelector === undefined ? pods : `${pods} in namespaces ${selectorText(namespaceSelector)}`;
}

function selectorText(selector: unknown): string {
  if (!isMap(selector) || Object.keys(selector).length === 0) return 'of any label';
  const { matchLabels = {}, ...others } = selector;
  const labels = isMap(matchLabels) ? Object.entries(matchLabels).map(([key, value]) => `${key}=${String(value)}`) : [];
  return [...labels, ...(Object.keys(others).length === 0 ? [] : [JSON.stringify(others)])].join(', ');
}
