// docs/reliability.md: its text made of results, and the results that an older text of it holds.
import { shorten } from './figures.ts';

export interface Result {
  readonly id: string;
  readonly fault: string;
  readonly holds: string;
  readonly seen: string;
  readonly ok: boolean;
  /** As in 2026-01-31. */
  readonly date: string;
}

/** What the figures were measured with: versions and machine. Results of two of them never share a table. */
export interface Setting {
  readonly versions: string;
  readonly machine: string;
}

const HEAD = `# Reliability

What happens to clients and servers when something fails. Each row breaks something in a real cluster, with the real gateway and real
servers, and records what clients see. This command writes the page; do not edit it:

\`\`\`sh cluster
npm run e2e:faults
\`\`\`

It uses the cluster of \`KUBECONFIG\`. \`npm run e2e:faults -- --help\` lists the rows and options: some rows run alone by their
names, \`--minutes 30\` and \`--count 20\` take longer, and \`--disruptive\` adds those that affect the whole cluster. A new
measurement replaces the row; with other versions or another machine the table starts over. Other work on the machine makes times longer, so
they are upper bounds.

A client whose session was lost with its gateway gets \`session not found\`, \`client is closing: EOF\` or a connection error from its next call, and
opens a new session. Remote servers have no rows: the gateway reaches them without the relay, so a remote server that shares a tool name with another
server, or hangs at the gateway's start, still affects all ([limits](relay.md#limits)).
`;
const TITLES = '| row | what is done | what must hold | what was seen | holds | date |';

/** The document. Rows are in the order of \`order\`, and those that are not in it are left out. */
export function render(results: readonly Result[], setting: Setting, order: readonly string[]): string {
  const sorted = results
    .filter(({ id }) => order.includes(id))
    .toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const held = sorted.filter(({ ok }) => ok).length;
  const rows = sorted.map(({ id, fault, holds, seen, ok, date }) =>
    line([`\`${id}\``, fault, holds, shorten(seen, 1200), ok ? 'yes' : '**no**', date]),
  );
  const measured = `${held} of ${sorted.length} rows hold; ${order.length - sorted.length} were not measured.`;
  return `${[HEAD, `- ${setting.versions}\n- ${setting.machine}\n`, `${measured}\n`, TITLES, '|-|-|-|-|-|-|', ...rows].join('\n')}\n`;
}

/** The results in a document that render() made; none if they were measured with something else. */
export function read(document: string, setting: Setting): Result[] {
  if (!document.includes(`\n- ${setting.versions}\n- ${setting.machine}\n`)) return [];
  return document.split('\n').flatMap((text) => {
    const [id = '', fault = '', holds = '', seen = '', ok = '', date = ''] = cells(text);
    if (!/^`[a-z0-9-]+`$/.test(id)) return [];
    return [{ id: id.slice(1, -1), fault, holds, seen, ok: ok === 'yes', date }];
  });
}

/** The new results, and the old ones of other rows. */
export function merge(old: readonly Result[], results: readonly Result[]): Result[] {
  const ids = new Set(results.map(({ id }) => id));
  return [...old.filter(({ id }) => !ids.has(id)), ...results];
}

function line(texts: readonly string[]): string {
  // What servers and programs print must not end a cell, or become HTML.
  return `| ${texts.map((text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`;
}

function cells(text: string): string[] {
  return text
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|').replaceAll('&lt;', '<'));
}
