// The page of a review: one file that needs nothing else, and whose policy lets nothing else in.

import { createHash } from 'node:crypto';
import { count } from '../summary.ts';
import { graphSvg } from '../graph/svg.ts';
import { type Child, element, fixed, type Html, markupOf } from './html.ts';
import { differences, findings, release, serverTable } from './tables.ts';
import { type Flag, flags, type Review } from './model.ts';
import { script } from './script.ts';
import { style } from './style.ts';

export function reviewPage(review: Review): string {
  const { servers, inputs, version } = review;
  const title = `Review of ${servers.length} MCP ${servers.length === 1 ? 'server' : 'servers'}`;
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, title),
    fixed('style', style),
  );
  const body = element(
    'body',
    {},
    element(
      'header',
      {},
      element('h1', {}, title),
      element(
        'p',
        { class: 'dim' },
        `Written by mcpgen ${version} of these files. It has names of secrets, and no value.`,
      ),
      element(
        'ul',
        { class: 'inputs' },
        inputs.map(({ name, digest }) => element('li', {}, name, ' ', element('code', {}, `sha256:${digest}`))),
      ),
    ),
    controls(review),
    section('Servers', servers.length, serverTable(review)),
    section('Release', undefined, release(review)),
    section('Picture', undefined, picture(review), notes(review)),
    section('Refused, ignored or decided', review.diagnostics.length, findings(review)),
    section('Differences from Docker', undefined, differences(review)),
    fixed('script', script),
  );
  return `<!doctype html>\n${markupOf(element('html', { lang: 'en' }, head, body))}\n`;
}

/** Only this page's own style and script, and pictures that are in it. */
const policy = [
  "default-src 'none'",
  'img-src data:',
  `style-src '${hash(style)}'`,
  `script-src '${hash(script)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function dataUrl(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** Servers whose picture fits on a sheet of paper. */
const maxOnPaper = 14;

function picture({ servers, graph }: Review): Child {
  const alt = `The gateway, ${servers.length} servers, and what each holds and may connect to, as in the table above`;
  const src = dataUrl(graphSvg(graph));
  if (servers.length <= maxOnPaper) return element('img', { src, alt });
  const instead =
    'The picture is longer than a sheet of paper. `mcpgen graph --format svg` writes it to a file of its own.';
  return [element('img', { src, alt, class: 'long' }), element('p', { class: 'paper dim' }, instead)];
}

function section(title: string, size: number | undefined, ...children: readonly Child[]): Html {
  const number = size === undefined ? undefined : element('span', { class: 'dim' }, ` ${size}`);
  return element('section', {}, element('h2', {}, title, number), ...children);
}

function notes({ graph }: Review): Html[] {
  return graph.notes.map((note) => element('p', { class: 'dim' }, note));
}

/** Without a script nothing filters, so they are hidden until it runs. A flag is a button even if no server has it: 0 is an answer. */
function controls({ servers, diagnostics }: Review): Html {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
  const buttons = (Object.keys(flags) as Flag[]).map((flag) => {
    const having = servers.filter((server) => server.flags.includes(flag)).length;
    return element(
      'button',
      { type: 'button', 'data-flag': flag, 'aria-pressed': 'false', class: having > 0 ? `flag ${flag}` : 'flag none' },
      element('b', {}, String(having)),
      ` ${flags[flag]}`,
    );
  });
  return element(
    'nav',
    { hidden: '' },
    element('input', { type: 'search', placeholder: 'Filter all tables', 'aria-label': 'Filter all tables' }),
    buttons,
    element('span', { class: 'dim', role: 'status' }, count(warnings, 'warning')),
  );
}
