// What strangers write is shown as a part of a line: it steers no terminal, forges no line, and commands no CI job.

import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { jsonText, printable } from '../generator/printable.ts';
import { report, reportUsage } from '../generator/report.ts';
import { writeYaml } from '../generator/yaml/write.ts';
import { Workspace } from './image/mcpgen.ts';

const workspace = new Workspace();
afterAll(() => workspace.remove());

/** All characters, and halves of surrogate pairs, 256 in a text. */
const all = Array.from({ length: 0x1100 }, (_, page) =>
  String.fromCodePoint(...Array.from({ length: 0x100 }, (__, index) => page * 0x100 + index)),
);

/** ESC and other controls, what changes the direction, line ends, blanks that are no space, and what has no width. */
const steering =
  /[\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff]|[\u{e0000}-\u{e0fff}]/u; // oxlint-disable-line no-control-regex, no-misleading-character-class

describe('printable', () => {
  test('leaves no character that steers', () => {
    expect(all.filter((text) => steering.test(printable(text)))).toEqual([]);
  });

  test('leaves what is seen as it is', () => {
    const text = ' !"#$%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~ äßñ€ Ж 中文 日本語 한국어 हिन्दी العربية 😀 ✓ → é';
    expect(printable(text)).toBe(text);
  });

  test.each([
    ['\u001b[2J', '\\u001b[2J'],
    ['a\r\n\tb', 'a\\r\\n\\tb'],
    ['\u009b1m\u202e\u2066\u200b\u2028', '\\u009b1m\\u202e\\u2066\\u200b\\u2028'],
    ['\u{e0041}\ud800', '\\u{e0041}\\ud800'],
    ['::error::x', '\\u003a:error::x'],
    ['a  ::add-mask:: b', 'a  \\u003a:add-mask:: b'],
    ['a ##[error] b', 'a \\u0023#[error] b'],
    ['::1, a::b and [::1]', '::1, a::b and [::1]'],
  ])('%j is shown as %s', (text, shown) => expect(printable(text)).toBe(shown));
});

describe('JSON', () => {
  // The first plane, and of the others emoji, tags and the last characters.
  const pages = [...all.slice(0, 0x100), ...[0x1f6, 0xe00, 0x10ff].map((page) => all[page])];
  const data = { texts: pages, [all.slice(0, 0x31).join('')]: [{ a: '\n \\n' }, 1, null] };

  const text = jsonText(data);

  test('is the same data', () => expect(JSON.parse(text)).toEqual(data));

  test('has nothing that steers', () => {
    expect(
      jsonText(data)
        .split('\n')
        .filter((line) => steering.test(line)),
    ).toEqual([]);
  });
});

/** A log line as GitHub's runner reads it (actions/runner, ActionCommand.TryParseV2). */
function readCommand(
  line: string,
): { command: string; properties: Record<string, string>; message: string } | undefined {
  const [, head, message = ''] = /^\s*::(.*?)::(.*)$/s.exec(line) ?? [];
  if (head === undefined) return undefined;
  const [command = '', rest = ''] = head.split(/ (.*)/s);
  const unescape = (text: string): string =>
    text
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  const pairs = rest.split(',').map((pair) => pair.split(/=(.*)/s));
  return {
    command,
    properties: Object.fromEntries(pairs.map(([key = '', value = '']) => [key, unescape(value)])),
    message: unescape(message),
  };
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom('::', 'error', ' ', '\n', '\r', '%', '%0A', '%3A', ',', 'file=', 'x', '##[', ']', '\u2028'),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
);

describe('--format github', () => {
  test('is read back by the rules of the runner: a command a diagnostic, with its place and its text', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (file, message, hint) => {
        const text = report(
          [{ severity: 'warning', code: 'secret', message, hint, position: { file, line: 3, column: 4 } }],
          { format: 'github', color: false, quiet: false },
        );
        expect(text.match(/[\r\n]/g)).toEqual(['\n']);
        expect(readCommand(text.slice(0, -1))).toEqual({
          command: 'warning',
          properties: { file, line: '3', col: '4', title: 'mcpgen: secret' },
          message: `${printable(message)}\nhint: ${printable(hint)}`,
        });
      }),
    );
  });

  test('so are mistakes in the arguments', () => {
    fc.assert(
      fc.property(hostile, (message) => {
        const text = reportUsage([message], 'github');
        expect(text.match(/[\r\n]/g)).toEqual(['\n']);
        expect(readCommand(text.slice(0, -1))).toMatchObject({
          command: 'error',
          properties: { title: 'mcpgen: usage' },
        });
      }),
    );
  });
});

describe('a catalog that forges', () => {
  const block = 'x (container)\n  image     mcp/good\u2028trusted (container)\r  env A=1\u001b[2A\u202e\u009b2J';
  const servers = {
    [`a\n${block}`]: {
      image: `mcp/a\n${block}`,
      command: [block],
      env: [{ name: 'A', value: `1\n${block}` }],
      tools: [{ name: block }],
    },
    [`::error::${block}`]: {
      image: 'b\n::add-mask::x',
      volumes: [`::error::${block}:/x`],
      user: block,
      allowHosts: [`\n${block}`],
      prefix: block,
    },
    c: {
      type: 'remote',
      remote: { url: `https://example.com/\n${block}`, transport_type: block, headers: { [block]: block } },
    },
  };
  workspace.write('catalog.yaml', writeYaml({ registry: servers }));
  const command = /^\s*::.*::|##\[/m;
  const forged = new RegExp(`${command.source}|^\\s*(\\S*trusted|x \\(container\\))`, 'm');
  const lines = (text: string): string[] => text.split('\n').slice(0, -1);

  test('a server block in evaluate: there is one a server', async () => {
    const { status, out } = await workspace.mcpgen('evaluate', workspace.path('catalog.yaml'));
    expect(status).toBe(0);
    expect(out).not.toMatch(forged);
    expect(lines(out).filter((line) => /^\S/.test(line))).toHaveLength(3);
    expect(lines(out).filter((line) => steering.test(line))).toEqual([]);
  });

  test('a block in explain', async () => {
    const { out } = await workspace.mcpgen('explain', workspace.path('catalog.yaml'), '-q');
    expect(out).not.toMatch(command);
    expect(lines(out).filter((line) => /^\S/.test(line))).toHaveLength(3);
    expect(lines(out).filter((line) => /^ {2}(image|env)\b/.test(line))).toEqual([]);
    expect(lines(out).filter((line) => steering.test(line))).toEqual([]);
  });

  test('a line of images', async () => {
    const { out } = await workspace.mcpgen('images', workspace.path('catalog.yaml'));
    expect(lines(out)).toHaveLength(4);
    expect(out).not.toMatch(forged);
    const { out: json } = await workspace.mcpgen('images', workspace.path('catalog.yaml'), '--format', 'json');
    expect((JSON.parse(json) as { image: string }[]).map(({ image }) => image)).toContain(`mcp/a\n${block}`);
  });

  test.each(['text', 'github', 'json'])('a diagnostic as %s', async (format) => {
    const { error } = await workspace.mcpgen(workspace.path('catalog.yaml'), '--format', format);
    expect(error).not.toMatch(format === 'github' ? /^(?!::(error|warning|notice) )./m : forged);
    expect(lines(error).filter((line) => steering.test(line))).toEqual([]);
  });

  test('the records of evaluate are exact', async () => {
    const { out } = await workspace.mcpgen('evaluate', workspace.path('catalog.yaml'), '--json');
    expect((JSON.parse(out) as { server: string }[]).map(({ server }) => server).toSorted()).toEqual(
      Object.keys(servers).toSorted(),
    );
  });

  test('an error that names a file', async () => {
    const { error } = await workspace.mcpgen('no\n::error::x\u001b[2J');
    expect(error).toBe('error: cannot read no\\n::error::x\\u001b[2J: no such file or directory\n');
  });
});
