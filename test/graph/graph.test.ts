// `mcpgen graph`: what the picture says of values, that it holds together, and that hostile text is text in it.

import { join } from 'node:path';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { readChartDefaults } from '../../generator/commands/chart-files.ts';
import { graphOf } from '../../generator/graph/graph.ts';
import { graphMermaid } from '../../generator/graph/mermaid.ts';
import type { Graph } from '../../generator/graph/model.ts';
import { graphSvg } from '../../generator/graph/svg.ts';
import { printable } from '../../generator/printable.ts';
import { withDefaults } from '../../generator/values/in-effect.ts';
import { sampleValues } from '../compose/sample.ts';
import { mcpgen, mcpgenWith } from '../mcpgen.ts';

const defaults = readChartDefaults();
const graph = (values: object): Graph => graphOf(withDefaults(defaults, values));
const server = (fields: object): Graph => graph({ servers: { a: { image: 'mcp/a', ...fields } } });

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** All elements, each with the text that it has itself; fails if it is not XML. */
function readSvg(svg: string): Element[] {
  const parser = new SaxesParser();
  const elements: Element[] = [];
  const open: Element[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', (text) => {
    const last = open.at(-1);
    if (last) last.text += text;
  });
  parser.write(svg).close();
  return elements;
}

const textsOf = (svg: string): string[] => readSvg(svg).map(({ text }) => text);

describe('what a server may reach', () => {
  test.each([
    ['by default', {}, { scope: 'internet', targets: [] }],
    ['nothing', { egress: { mode: 'none' } }, { scope: 'nothing', targets: [] }],
    ['hosts', { egress: { mode: 'hosts', hosts: ['a.example:443'] } }, { scope: 'hosts', targets: ['a.example:443'] }],
    [
      'peers',
      {
        egress: {
          mode: 'custom',
          to: [
            { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
            { podSelector: { matchLabels: { app: 'db' } }, namespaceSelector: {} },
          ],
          ports: [5432, { port: 1, endPort: 9, protocol: 'UDP' }],
        },
      },
      {
        scope: 'custom',
        targets: [
          '10.0.0.0/8 but 10.1.0.0/16 at port 5432, UDP 1-9',
          'pods app=db in namespaces of any label at port 5432, UDP 1-9',
        ],
      },
    ],
    [
      'of a remote server',
      { remote: { url: 'https://a.example/mcp' } },
      { scope: 'called', targets: ['a.example:443'] },
    ],
    [
      'of a server of the own network',
      { http: { url: 'http://docs.ns.svc/mcp', egress: { ports: [8080] } } },
      { scope: 'called', targets: ['docs.ns.svc:80', 'every address at port 8080'] },
    ],
  ])('%s', (_, fields, reach) => {
    expect(server(fields).servers[0]?.reach).toEqual(reach);
  });

  test('without network policies it is everything, and the picture says so', () => {
    const open = graph({ networkPolicy: { enabled: false }, servers: { a: { image: 'a', egress: { mode: 'none' } } } });
    expect(open.servers[0]?.reach.scope).toBe('everything');
    expect(open.notes).toEqual([expect.stringMatching(/^There are no network policies/)]);
    expect(textsOf(graphSvg(open))).toContain(open.notes[0]);
  });

  test('that names of hosts are not enforced is said only where it is so', () => {
    const egress = { mode: 'hosts', hosts: ['a.example:443'] };
    const notes = (values: object): readonly string[] => graph({ servers: { a: { egress } }, ...values }).notes;
    expect(notes({})).toEqual([expect.stringMatching(/^A NetworkPolicy knows no names/)]);
    expect(notes({ networkPolicy: { flavor: 'cilium' } })).toEqual([]);
    expect(server({ egress: { mode: 'hosts', hosts: ['192.0.2.1:443', '[2001:db8::1]:443'] } }).notes).toEqual([]);
  });
});

describe('what a server holds', () => {
  test('secrets as variables, as files, and whole; volumes of each kind', () => {
    const { secrets, volumes } = server({
      secretEnv: { TOKEN: { name: 's', key: 'k' } },
      envFrom: [{ secretRef: { name: 'all' } }, { configMapRef: { name: 'c' } }],
      volumes: {
        data: { mountPath: '/data', persistentVolumeClaim: { size: '2Gi' } },
        files: { mountPath: '/f', secret: { name: 'f', items: [{ key: 'x', path: 'x' }] } },
        both: { mountPath: '/p', projected: { sources: [{ secret: { name: 'p' } }, { downwardAPI: {} }] } },
        share: { mountPath: '/n', readOnly: true, nfs: { server: 'n.example', path: '/x' } },
      },
    }).servers[0] ?? { secrets: [], volumes: [] };
    expect(secrets.map(({ name, key = '*', as }) => `${as}=${name}/${key}`).toSorted()).toEqual([
      '/f=f/x',
      '/p=p/*',
      'TOKEN=s/k',
      'variables=all/*',
    ]);
    expect(volumes.map(({ source, mountPath }) => `${mountPath}: ${source}`).toSorted()).toEqual([
      '/data: 2Gi claim',
      '/n: NFS n.example:/x',
      '/p: made by Kubernetes',
    ]);
  });

  test('what two servers have is marked, with the name of the other one', () => {
    const one = { image: 'x', secretEnv: { T: { name: 's', key: 'k' } } };
    const svg = graphSvg(
      graph({ servers: { a: one, b: one, c: { image: 'x', secretEnv: { T: { name: 's', key: 'l' } } } } }),
    );
    expect(textsOf(svg).filter((text) => text.endsWith('(shared)'))).toHaveLength(2);
    expect(textsOf(svg)).toContain('Secret s, k, as T; shared with b');
  });
});

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

describe.each([
  [
    'two servers',
    { servers: { a: { image: 'a', egress: { mode: 'none' } }, b: { remote: { url: 'https://b.example' } } } },
  ],
  ['60 servers', sampleValues()],
  ['no server', { servers: {} }],
])('the SVG of %s', (_, values) => {
  const shown = graph(values);
  const elements = readSvg(graphSvg(shown));

  test('names each server, and where it may connect to', () => {
    const texts = elements.map(({ text }) => text);
    for (const { name, reach } of shown.servers) {
      expect(texts).toContain(name);
      for (const target of reach.targets) expect(texts).toContain(target);
    }
  });

  test('has no box over another one or outside of the page', () => {
    const [page, ...boxes] = elements
      .filter(({ name }) => name === 'rect')
      .map(({ attributes: { x = '0', y = '0', width = '', height = '' } }): Box => {
        return { x: Number(x), y: Number(y), width: Number(width), height: Number(height) };
      });
    const over = (a: Box, b: Box): boolean =>
      a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
    expect(boxes.length).toBeGreaterThan(shown.servers.length);
    for (const [index, box] of boxes.entries()) {
      expect(boxes.slice(index + 1).filter((other) => over(box, other))).toEqual([]);
      expect(box.x + box.width).toBeLessThan(page?.width ?? 0);
      expect(box.y + box.height).toBeLessThan(page?.height ?? 0);
    }
  });

  test('needs nothing else, and runs nothing', () => {
    const allowed = ['svg', 'title', 'style', 'defs', 'marker', 'path', 'rect', 'text'];
    expect(elements.map(({ name }) => name).filter((name) => !allowed.includes(name))).toEqual([]);
    const values_ = elements.flatMap(({ attributes }) => Object.entries(attributes));
    expect(values_.filter(([name, value]) => /^on|href/i.test(name) || /url\((?!#end\))/.test(value))).toEqual([]);
    expect(elements.find(({ name }) => name === 'style')?.text).not.toMatch(/@import|url\(|[&<>]/);
  });
});

/** What means something to Mermaid, XML, HTML or Markdown, and other characters. */
const marks = [
  '"',
  '"]',
  '#quot;',
  '#35;',
  '&lt;',
  '<br/>',
  '</text><script>',
  ']]>',
  '`',
  '\n',
  '\u2028',
  '\u202e',
  '%%{',
  '-->',
  ' end ',
  ';',
  '1. ',
  '- ',
  '@{',
  'www.x',
  'fa:fa-car',
  '_',
  '\0',
  '\ud800',
  '\ufffe',
  'é',
  '日',
  '🚀',
  ':::',
  '|',
  '&',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...marks), fc.string({ unit: 'binary', maxLength: 5 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

const hostileGraph = hostile.map((text) => ({
  text,
  shown: server({
    image: text,
    secretEnv: { [text]: { name: text, key: text } },
    volumes: { [text]: { mountPath: text, nfs: { server: text, path: text } } },
    egress: { mode: 'hosts', hosts: [text] },
  }),
}));

test('hostile text is text of the SVG', () => {
  fc.assert(
    fc.property(hostileGraph, ({ text, shown }) => {
      const texts = textsOf(graphSvg(shown));
      // Of a long one, the beginning is shown, and a pointer shows all of it.
      expect(texts).toContain(printable(text));
      expect(texts).toContain(`Secret ${printable(text)}, ${printable(text)}, as ${printable(text)}`);
    }),
  );
});

/** The texts of Mermaid's nodes, by a stricter grammar than Mermaid's own; fails at everything else. */
function readMermaid(mermaid: string): string[] {
  const [head, ...lines] = mermaid.trimEnd().split('\n');
  expect(head).toBe('flowchart LR');
  return lines.flatMap((line) => {
    if (/^ {2}\w+ (-->|-\.->|---|==>) \w+$/.test(line) || /^ {2}%% [\w ,.:()]+$/.test(line)) return [];
    const [, open = '', label = '', close = ''] =
      /^ {2}[a-z]+\d*(\["|>"|\{\{"|\[\("|\(\[")([^"`]*)("\]|"\}\}|"\)\]|"\]\))$/.exec(line) ?? [];
    expect({ '["': '"]', '>"': '"]', '{{"': '"}}', '[("': '")]', '(["': '"])' }[open], line).toBe(close);
    return label.split('<br/>').map((part) => {
      expect(part).toMatch(/^(?:[\p{L}\p{N} ]|(?<=[\p{L}\p{N}])(?:[.,/-](?=[\p{L}\p{N}])|:(?=\p{N}))|#\d+;)*$/u);
      return part.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
    });
  });
}

test('hostile text is text of Mermaid', () => {
  fc.assert(
    fc.property(hostileGraph, ({ text, shown }) => {
      const texts = readMermaid(graphMermaid(shown));
      expect(texts.filter((one) => one === printable(text)).length).toBeGreaterThanOrEqual(2);
      expect(texts).toContain(`NFS ${printable(text)}:${printable(text)}`);
    }),
  );
});

test('docs/graph.svg is the picture of examples/secrets', async () => {
  const values = join(import.meta.dirname, '../../examples/secrets/values.yaml');
  const { status, stdout } = await mcpgen('graph', values, '--format', 'svg');
  expect(status).toBe(0);
  await expect(stdout).toMatchFileSnapshot('../../docs/graph.svg');
});

test('Mermaid has each server of 60, and one node for what several reach', () => {
  const shown = graph(sampleValues());
  const texts = readMermaid(graphMermaid(shown));
  for (const { name } of shown.servers) expect(texts).toContain(name);
  expect(texts.filter((text) => text === 'the public internet')).toHaveLength(1);
});

test('a catalog with a mistake has no picture', async () => {
  const { status, stdout, stderr } = await mcpgenWith({ stdin: 'registry: {a: {image: 3}}' }, 'graph', '-');
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/error /);
});
