// Where everything is in the picture: a row for each server, and one box for neighbours with the same reach.

import { type Graph, type GraphServer, scopeWords, secretId } from './model.ts';

/** One line of text. */
export interface Line {
  readonly text: string;
  readonly style: 'name' | 'plain' | 'small' | 'shared';
  /** What a pointer on it shows; absent: the text itself. */
  readonly more?: string;
}

export interface Row {
  readonly server: GraphServer;
  readonly y: number;
  readonly height: number;
  readonly columns: readonly [title: readonly Line[], secrets: readonly Line[], volumes: readonly Line[]];
}

/** What the servers of some rows, which are beside each other, may reach. */
export interface ReachBox {
  readonly rows: readonly [Row, ...Row[]];
  readonly y: number;
  readonly height: number;
  readonly lines: readonly Line[];
  /** Where they are, once or more. */
  readonly at: readonly number[];
}

export interface Layout {
  readonly rows: readonly Row[];
  readonly boxes: readonly ReachBox[];
  /** Where the last one ends. */
  readonly bottom: number;
}

export const lineHeight = 17;
export const padding = 7;
/** A high box says again what it is, so that nobody has to scroll. */
const sayAgain = 800;
const gap = 6;
/** Between two boxes, so that groups are seen. */
const groupGap = 14;
/** Lines of one kind that a row shows. */
const maxLines = 8;

export function layOut({ servers, users }: Graph, top: number): Layout {
  const rows: Row[] = [];
  const boxes: ReachBox[] = [];
  let y = top;
  for (const group of groupsOf(servers)) {
    const lines = reachLines(group);
    const all = group.map((server) => columnsOf(server, users));
    const heights = all.map((columns) => heightOf(Math.max(2, ...columns.map(({ length }) => length))));
    const own = heights.reduce((sum, height) => sum + height + gap, -gap);
    // The last row grows where the box has more lines than the rows.
    const missing = Math.max(0, heightOf(lines.length) - own);
    const placed = group.map((server, index): Row => {
      const height = (heights[index] ?? 0) + (index === group.length - 1 ? missing : 0);
      const columns = all[index] ?? [[], [], []];
      const row = { server, y, height, columns };
      y += height + gap;
      return row;
    });
    const [first, ...others] = placed;
    const height = own + missing;
    if (first) boxes.push({ rows: [first, ...others], y: first.y, height, lines, at: repeat(first.y, height, lines) });
    rows.push(...placed);
    y += groupGap - gap;
  }
  return { rows, boxes, bottom: y - groupGap };
}

export function heightOf(lines: number): number {
  return lines * lineHeight + 2 * padding;
}

function repeat(y: number, height: number, lines: readonly Line[]): number[] {
  const count = 1 + Math.max(0, Math.floor((height - heightOf(lines.length)) / sayAgain));
  return Array.from({ length: count }, (_, index) => y + index * sayAgain);
}

/** Neighbours that may reach the same. */
function groupsOf(servers: readonly GraphServer[]): GraphServer[][] {
  const groups: GraphServer[][] = [];
  for (const server of servers) {
    const last = groups.at(-1);
    if (last?.[0] && JSON.stringify(last[0].reach) === JSON.stringify(server.reach)) last.push(server);
    else groups.push([server]);
  }
  return groups;
}

function columnsOf({ name, kind, what, secrets, volumes }: GraphServer, users: Graph['users']): Row['columns'] {
  const others = (id: string): string[] => (users.get(id) ?? []).filter((user) => user !== name);
  const shared = (text: string, more: string, id: string): Line => {
    const with_ = others(id);
    if (with_.length === 0) return { text, style: 'plain', more };
    return { text: `${text} (shared)`, style: 'shared', more: `${more}; shared with ${with_.join(', ')}` };
  };
  return [
    [
      { text: name, style: 'name' },
      { text: kind === 'container' ? shortImage(what) : callers[kind], style: 'small', more: what },
    ],
    limited(
      secrets.map((secret) => {
        const key = secret.key ?? 'all keys';
        const text = key.startsWith(secret.name) ? key : `${secret.name}/${key}`;
        return shared(text, `Secret ${secret.name}, ${key}, as ${secret.as}`, secretId(secret));
      }),
    ),
    limited(
      volumes.map(({ source, mountPath, readOnly, id }) => {
        const text = `${mountPath}: ${source}`;
        return shared(text, `${text}${readOnly ? ', read-only' : ''}`, id ?? '');
      }),
    ),
  ];
}

function reachLines([first, ...others]: readonly GraphServer[]): Line[] {
  if (!first) return [];
  const { scope, targets } = first.reach;
  const count = others.length === 0 ? '' : ` (${others.length + 1} servers)`;
  return [
    { text: `${scopeWords[scope]}${count}`, style: 'name' },
    ...limited(targets.map((text): Line => ({ text, style: 'plain' }))),
  ];
}

function limited(lines: readonly Line[]): readonly Line[] {
  if (lines.length <= maxLines) return lines;
  const rest = lines.slice(maxLines - 1);
  const more = rest.map((line) => line.more ?? line.text).join('; ');
  return [...lines.slice(0, maxLines - 1), { text: `and ${rest.length} more`, style: 'small', more }];
}

const callers = { remote: 'called by the gateway', internal: 'own network, called by the relay' } as const;

/** Without most of the digest. */
function shortImage(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]{8})[0-9a-f]{56}$/, '$1…');
}
