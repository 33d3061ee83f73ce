// `mcpgen report`: what the page says, that hostile text is text in it, and what it does in a browser.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printable } from '../../generator/printable.ts';
import type { Review } from '../../generator/review/model.ts';
import { reviewPage } from '../../generator/review/page.ts';
import { mcpgen, mcpgenWith } from '../mcpgen.ts';
import { chromium, openPage, type Page } from './chromium.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-report-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
}

/** All elements of a page as a browser reads it, and what is wrong with it. */
function readPage(html: string): { elements: Element[]; mistakes: string[] } {
  const mistakes: string[] = [];
  const document = parse(html, { onParseError: ({ code }) => mistakes.push(code) });
  const textOf = (node: DefaultTreeAdapterMap['node']): string =>
    'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
  const visit = (node: DefaultTreeAdapterMap['node']): Element[] => {
    const children = 'childNodes' in node ? node.childNodes.flatMap(visit) : [];
    if (!('tagName' in node)) return children;
    const attributes = new Map(node.attrs.map(({ name, value }) => [name, value]));
    return [{ name: node.tagName, attributes, text: textOf(node) }, ...children];
  };
  return { elements: visit(document), mistakes };
}

const named = (elements: readonly Element[], name: string): Element[] => elements.filter((one) => one.name === name);

const catalog = file(
  'catalog.yaml',
  `registry:
  root: {image: 'mcp/root@sha256:${'1'.repeat(64)}', secrets: [{name: root.key, env: KEY}], tools: [{name: get}]}
  time: {image: mcp/time, disableNetwork: true, env: [{name: ZONE, value: UTC}]}
  remote: {type: remote, remote: {url: 'https://a.example/mcp', transport_type: sse}}
  left: {type: poci, tools: [{name: t, container: {image: x}}]}
`,
);
const entrypoints = file('entrypoints.yaml', 'root: [serve]\ntime: [now, --verbose]\n');
const secrets = file('secrets.env', 'root.key=a-secret-value\n');
const args = [catalog, '--entrypoints', entrypoints, '--secrets-file', secrets, '--skip-unsupported'];
const overlay = file(
  'overlay.yaml',
  'servers: {root: {podSecurityContext: {runAsUser: 0, runAsGroup: 0, fsGroup: 0, runAsNonRoot: false}}}',
);
const rooted = [...args, '--overlay', overlay];

describe('the page', () => {
  let html = '';
  let elements: Element[] = [];
  let rows: string[] = [];
  beforeAll(async () => {
    const outcome = await mcpgen('report', ...rooted);
    expect([outcome.status, outcome.stderr]).toEqual([0, '']);
    html = outcome.stdout;
    const read = readPage(html);
    expect(read.mistakes).toEqual([]);
    elements = read.elements;
    rows = named(elements, 'tr').map(({ text }) => text);
  });

  test('has each server: image, digest, user, egress, secrets by name, limits', () => {
    expect(rows).toContainEqual(
      expect.stringMatching(/^root.*mcp\/rootsha256:1{64}0:0the public internetroot\/root\.key as KEY/),
    );
    expect(rows).toContainEqual(expect.stringMatching(/^time.*mcp\/time1000:1000nothing1 CPU, 2Gino digest/));
    expect(rows).toContainEqual(
      expect.stringMatching(/^remote.*https:\/\/a\.example\/mcp.*runs elsewhereruns ata\.example:443/),
    );
    expect(rows).toContainEqual(expect.stringMatching(/^time.*Command: "now" "--verbose"Variables: ZONE/));
  });

  test('says what was left out, with the reason', () => {
    expect(rows).toContainEqual(expect.stringMatching(/^leftserverrefused/));
    expect(rows).toContainEqual(expect.stringMatching(/^noteleftleft out: .*skipped-server/));
  });

  test('says what Docker did and what runs here', () => {
    expect(rows).toContainEqual(expect.stringMatching(/^timenetworkkept--network noneegress\.mode: none/));
  });

  test('has the digest of each file that was read, but for secrets; and no value of a secret', () => {
    const digest = createHash('sha256').update(`root: [serve]\ntime: [now, --verbose]\n`).digest('hex');
    const inputs = named(elements, 'li').map(({ text }) => text);
    expect(inputs).toContain(`${entrypoints} sha256:${digest}`);
    expect(html).not.toContain('secrets.env');
    expect(html).not.toContain('a-secret-value');
  });

  test('counts what to look at', () => {
    const buttons = named(elements, 'button').map(({ text }) => text);
    expect(buttons).toEqual(
      expect.arrayContaining(['1 runs as root', '1 image without a digest', '0 may connect to everything']),
    );
  });

  test('needs nothing else, and its policy lets in only its own style and script', () => {
    expectSelfContained(elements);
  });

  test('is the same again', async () => {
    expect((await mcpgen('report', ...rooted)).stdout).toBe(html);
  });
});

function expectSelfContained(elements: readonly Element[]): void {
  const allowed =
    'html head meta title style body header h1 h2 p ul li code nav input button b span section div table thead tbody tr th td details summary em img script';
  expect([...new Set(elements.map(({ name }) => name))].filter((name) => !allowed.split(' ').includes(name))).toEqual(
    [],
  );
  const attributes = elements.flatMap(({ attributes: own }) => [...own]);
  expect(
    attributes.filter(([name, value]) => /^(on|href|style|action)/.test(name) || /^\s*javascript:/.test(value)),
  ).toEqual([]);
  expect(
    attributes.filter(([name, value]) => name === 'src' && !value.startsWith('data:image/svg+xml;base64,')),
  ).toEqual([]);
  const [style, script] = ['style', 'script'].map((name) => named(elements, name));
  expect([style?.length, script?.length]).toEqual([1, 1]);
  expect(style?.[0]?.text).not.toMatch(/@import|url\(/);
  const hash = (text = ''): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = elements.find(({ attributes: own }) => own.get('http-equiv') === 'Content-Security-Policy');
  expect(policy?.attributes.get('content')?.split('; ')).toEqual([
    "default-src 'none'",
    'img-src data:',
    `style-src ${hash(style?.[0]?.text)}`,
    `script-src ${hash(script?.[0]?.text)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
}

test('with a mistake there is no page; with --strict a warning is one', async () => {
  const refused = await mcpgenWith({ stdin: 'registry: {a: {image: 3}}' }, 'report', '-');
  expect([refused.status, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(/error /);
  const warned = file('warned.yaml', "registry: {a: {image: a, env: [{name: X, value: '{{a.x}}'}]}}");
  const run = ['report', warned, '--entrypoints', file('a.yaml', 'a: [serve]')];
  expect((await mcpgen(...run)).stdout).toContain('undeclared-property');
  const strict = await mcpgen(...run, '--strict');
  expect([strict.status, strict.stdout]).toEqual([1, '']);
});

const marks = [
  '</script><script>window.owned = 1</script>',
  '<img src=x onerror="window.owned = 1">',
  '"onclick="window.owned = 1',
  "' x='",
  '</style>',
  '</title>',
  '<!--',
  ']]>',
  '&lt;',
  '&#60;',
  '`',
  '\u2028',
  '\u202e',
  '\0',
  '\ud800',
  '\n',
  '\r',
  'é',
  '日',
  '🚀',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...marks), fc.string({ unit: 'binary', maxLength: 5 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join('') || 'x');

/** A review in which every text is this one. */
function reviewOf(text: string): Review {
  const server = {
    name: text,
    kind: 'container',
    what: text,
    secrets: [{ name: text, key: text, as: text }],
    volumes: [{ source: text, mountPath: text, readOnly: true, id: text }],
    reach: { scope: 'hosts', targets: [text] },
    description: text,
    image: { name: text, digest: text },
    user: text,
    command: [text],
    variables: [text],
    limits: text,
    tools: [text],
    flags: ['root'],
  } as const;
  const aspect = { aspect: text, status: 'kept', docker: text, here: text, why: text, change: text } as const;
  const gateway = { image: text, relay: text, secrets: server.secrets, volumes: [], reach: [text] };
  return {
    version: text,
    inputs: [{ name: text, digest: text }],
    graph: { gateway, servers: [server], users: new Map([[text, [text, `${text}2`]]]), notes: [text] },
    servers: [server],
    release: [[text, text]],
    diagnostics: [
      {
        severity: 'warning',
        code: 'secret',
        message: text,
        hint: text,
        server: text,
        position: { file: text, line: 1, column: 1 },
      },
    ],
    common: [aspect],
    explained: [{ server: text, kind: 'container', refused: [{ message: text, hint: text }], aspects: [aspect] }],
  };
}

test('hostile text is text, wherever it is', () => {
  const usual = readPage(reviewPage(reviewOf('x'))).elements;
  fc.assert(
    fc.property(hostile, (text) => {
      const { elements, mistakes } = readPage(reviewPage(reviewOf(text)));
      expect(mistakes).toEqual([]);
      expectSelfContained(elements);
      // No element more or less than with a harmless text, and each text is as it was.
      expect(elements.map(({ name }) => name)).toEqual(usual.map(({ name }) => name));
      const texts = elements.map((one) => one.text);
      const expected = usual.map(({ text: one }) => one).filter((one) => one === 'x').length;
      expect(texts.filter((one) => one === printable(text)).length).toBeGreaterThanOrEqual(expected);
    }),
  );
});

if (!chromium) console.warn('skipped: no Chromium here, which shows the page');

describe.skipIf(!chromium)('in Chromium', { timeout: 60_000 }, () => {
  let page: Page;
  const open = async (html: string): Promise<Page> =>
    openPage(chromium ?? '', pathToFileURL(file('page.html', html)).href);
  beforeAll(async () => {
    page = await open((await mcpgen('report', ...rooted)).stdout);
  }, 60_000);
  afterAll(() => page.close());
  const servers = (): Promise<unknown> =>
    page.evaluate(
      `[...document.querySelectorAll('.servers tbody tr')].filter((row) => row.checkVisibility()).map((row) => row.querySelector('b').textContent)`,
    );
  const click = (selector: string): Promise<unknown> =>
    page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);

  test('the policy stops nothing of the page, and the picture is there', async () => {
    expect(page.complaints).toEqual([]);
    expect(await page.evaluate(`document.querySelector('nav').hidden`)).toBe(false);
    expect(await page.evaluate(`document.querySelector('img').naturalWidth > 1000`)).toBe(true);
    // A rule of the style has effect.
    expect(await page.evaluate(`getComputedStyle(document.querySelector('nav')).position`)).toBe('sticky');
  });

  test('a flag, and a word, leave the servers that have it', async () => {
    await click('[data-flag=root]');
    expect(await servers()).toEqual(['root']);
    expect(await page.evaluate(`document.querySelector('[role=status]').textContent`)).toBe('1 of 3 servers shown');
    await click('[data-flag=root]');
    await page.evaluate(
      `{ const input = document.querySelector('input'); input.value = 'UTC zone'; input.dispatchEvent(new Event('input')); }`,
    );
    expect(await servers()).toEqual([]);
    await page.evaluate(
      `{ const input = document.querySelector('input'); input.value = 'TIME zone'; input.dispatchEvent(new Event('input')); }`,
    );
    expect(await servers()).toEqual(['time']);
    await page.evaluate(
      `{ const input = document.querySelector('input'); input.value = ''; input.dispatchEvent(new Event('input')); }`,
    );
    expect(await servers()).toHaveLength(3);
  });

  test('a heading sorts, and sorts the other way', async () => {
    await click('.servers th:first-child button');
    expect(await servers()).toEqual(['remote', 'root', 'time']);
    await click('.servers th:first-child button');
    expect(await servers()).toEqual(['time', 'root', 'remote']);
    expect(await page.evaluate(`document.querySelector('.servers th').getAttribute('aria-sort')`)).toBe('descending');
  });

  test('it is light or dark as its reader likes, and on paper light, whole and without controls', async () => {
    const colors = async (features: readonly object[], media = ''): Promise<unknown> => {
      await page.send('Emulation.setEmulatedMedia', { media, features });
      return page.evaluate(`getComputedStyle(document.body).backgroundColor`);
    };
    const dark = { name: 'prefers-color-scheme', value: 'dark' };
    expect(await colors([{ name: 'prefers-color-scheme', value: 'light' }])).toBe('rgb(255, 255, 255)');
    expect(await colors([dark])).toBe('rgb(18, 23, 30)');
    expect(await colors([dark], 'print')).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate(`document.querySelector('nav').checkVisibility()`)).toBe(false);
    expect(await page.evaluate(`document.querySelector('details p').getBoundingClientRect().height > 0`)).toBe(true);
  });

  test('hostile text does nothing', async () => {
    const attacked = await open(reviewPage(reviewOf(marks.join(' '))));
    try {
      expect(attacked.complaints).toEqual([]);
      expect(await attacked.evaluate('window.owned')).toBeUndefined();
      expect(await attacked.evaluate(`document.querySelector('.servers b').textContent`)).toBe(
        printable(marks.join(' ')),
      );
    } finally {
      await attacked.close();
    }
  });
});
