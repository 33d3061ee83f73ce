// A graph as an SVG file, which needs nothing else: no script, no font, no link. It follows a dark or light page.

import { printable } from '../printable.ts';
import { fit } from './fit.ts';
import { heightOf, layOut, type Line, lineHeight, padding, type ReachBox, type Row } from './layout.ts';
import type { Graph } from './model.ts';

/** Left edges and widths. The first three columns are in a server's own box. */
const gateway = { x: 16, width: 190 };
const server = { x: 250, width: 800 };
const columns = [
  { title: 'Server', x: 250, width: 260 },
  { title: 'Secrets', x: 510, width: 290 },
  { title: 'Volumes', x: 800, width: 250 },
] as const;
const reach = { x: 1110, width: 290 };
const width = 1416;
const top = 40;
const titleSize = 13;
const textSize = 12;

export function graphSvg(graph: Graph): string {
  const { rows, boxes, bottom } = layOut(graph, top);
  const lines = gatewayLines(graph);
  const end = Math.max(bottom, top + heightOf(lines.length));
  const height = end + 16 + graph.notes.length * lineHeight + (graph.notes.length === 0 ? 0 : 10);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escape(`The gateway and ${graph.servers.length} servers`)}</title>`,
    `<style>${style}</style>`,
    '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...headings(),
    box('gateway', gateway.x, top, gateway.width, end - top),
    ...texts(lines, gateway.x, top, gateway.width),
    ...rows.flatMap(drawRow),
    ...boxes.flatMap(drawReach),
    ...graph.notes.map((note, index) => text(note, 'small', gateway.x, end + 26 + index * lineHeight)),
    '</svg>',
    '',
  ].join('\n');
}

function gatewayLines({ gateway: { image, relay, secrets, reach: own }, servers }: Graph): Line[] {
  return [
    { text: 'Gateway', style: 'name' },
    { text: image, style: 'small' },
    ...(relay === undefined ? [] : [{ text: `relay: ${relay}`, style: 'small' } as const]),
    { text: `${servers.length} ${servers.length === 1 ? 'server' : 'servers'}`, style: 'plain' },
    ...secrets.map(({ name, key = 'all keys', as }): Line => {
      return { text: `Secret ${name}/${key}`, style: 'plain', more: `Secret ${name}, ${key}, as ${as}` };
    }),
    ...own.map((peer): Line => ({ text: `may reach ${peer}`, style: 'plain' })),
  ];
}

function headings(): string[] {
  const all = [...columns, { title: 'May connect to', x: reach.x }];
  return all.map(({ title, x }) => text(title, 'heading', x + padding, top - 12));
}

function drawRow({ server: { kind }, y, height, columns: cells }: Row): string[] {
  return [
    arrow('call', gateway.x + gateway.width, server.x, y + height / 2),
    box(`server ${kind}`, server.x, y, server.width, height),
    ...cells.flatMap((lines, index) => {
      const { x = 0, width: room = 0 } = columns[index] ?? {};
      return texts(lines, x, y, room);
    }),
  ];
}

function drawReach({ rows, y, height, lines, at }: ReachBox): string[] {
  const { scope } = rows[0].server.reach;
  return [
    ...(scope === 'nothing'
      ? []
      : rows.map((row) => arrow(`to ${scope}`, server.x + server.width, reach.x, row.y + row.height / 2))),
    box(`reach ${scope}`, reach.x, y, reach.width, height),
    ...at.flatMap((start) => texts(lines, reach.x, start, reach.width)),
  ];
}

function box(name: string, x: number, y: number, boxWidth: number, height: number): string {
  return `<rect class="box ${name}" x="${x}" y="${y}" width="${boxWidth}" height="${height}" rx="6"/>`;
}

function arrow(name: string, from: number, to: number, y: number): string {
  return `<path class="arrow ${name}" d="M${from} ${y}H${to - 1}" marker-end="url(#end)"/>`;
}

function texts(lines: readonly Line[], x: number, y: number, room: number): string[] {
  return lines.map((line, index) => {
    const size = line.style === 'name' ? titleSize : textSize;
    const whole = printable(line.text);
    const shown = fit(whole, room - 2 * padding, size);
    const more = line.more === undefined ? (shown === whole ? undefined : whole) : printable(line.more);
    return text(shown, line.style, x + padding, y + padding + index * lineHeight + 13, more);
  });
}

/** `more`: what a pointer on it shows. */
function text(shown: string, style: string, x: number, y: number, more?: string): string {
  const title = more === undefined || more === shown ? '' : `<title>${escape(more)}</title>`;
  return `<text class="${style}" x="${x}" y="${y}">${title}${escape(shown)}</text>`;
}

/** Invisible characters, which XML has no place for, are escaped before. */
export function escape(data: string): string {
  return printable(data).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Colours of light pages, then of dark ones. Each scope is said in words too. */
const style = `
svg{--page:#fff;--ink:#1c2430;--dim:#5b6675;--line:#c3cad4;--card:#f6f8fa;--wide:#b42318;--open:#9a6200;--some:#175cd3;--away:#6941c6;--shared:#b42318}
@media (prefers-color-scheme:dark){svg{--page:#12171e;--ink:#e4e9f0;--dim:#9aa6b5;--line:#3a4552;--card:#1b222c;--wide:#ff8f85;--open:#f0b64d;--some:#7db3ff;--away:#bca4ff;--shared:#ff8f85}}
@media print{svg{--page:#fff;--ink:#000;--dim:#444;--line:#999;--card:#fff;--wide:#b42318;--open:#9a6200;--some:#175cd3;--away:#6941c6;--shared:#b42318}}
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}
.name{font-size:13px;font-weight:600}.small,.heading{fill:var(--dim)}.heading{font-weight:600}.shared{fill:var(--shared)}
.page{fill:var(--page)}.box{fill:var(--card);stroke:var(--line)}.remote,.internal{stroke-dasharray:5 3}
.arrow{stroke:var(--line);stroke-width:1.3;fill:none}.head{fill:context-stroke}
.reach.everything,.to.everything{stroke:var(--wide)}.reach.internet,.to.internet{stroke:var(--open)}
.reach.hosts,.to.hosts,.reach.custom,.to.custom{stroke:var(--some)}.reach.called,.to.called{stroke:var(--away)}
.reach.nothing{fill:none;stroke-dasharray:2 4}
`.replaceAll('\n', '');
