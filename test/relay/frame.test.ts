// Messages are recognized, and their kind is read, however they are cut into chunks.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EnvelopeScanner, type Envelope } from '../../relay/envelope.ts';
import { Framer, holdLimit } from '../../relay/frame.ts';

function envelopeOf(text: string): Envelope {
  const scanner = new EnvelopeScanner();
  scanner.scan(Buffer.from(text));
  return scanner.finish();
}

describe('envelope', () => {
  test.each<[string, Envelope]>([
    [
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"id":5,"method":"x"}}',
      { kind: 'request', id: '1', method: 'tools/call' },
    ],
    [
      '{"params":{"a":["}",{"id":3}]},"method":"ping","id":"a\\"b"}',
      { kind: 'request', id: '"a\\"b"', method: 'ping' },
    ],
    [
      '{"jsonrpc":"2.0","method":"notifications\\/progress"}',
      { kind: 'notification', method: 'notifications/progress' },
    ],
    ['{"result":{"error":1},"jsonrpc":"2.0","id":7}', { kind: 'response', id: '7', isError: false }],
    [' {"jsonrpc":"2.0","id":null,"error":{"code":1}} \r\n', { kind: 'response', id: 'null', isError: true }],
    ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', { kind: 'batch' }],
    ['{"id":"\\u0041","result":{}}', { kind: 'response', id: '"A"', isError: false }],
    ['{"id":1}', { kind: 'invalid' }],
    ['{"id":1,"method":"a"', { kind: 'invalid' }],
    ['{"id":1,"method":"a"}}', { kind: 'invalid' }],
    ['{"id":1,"method":"a"}{}', { kind: 'invalid' }],
    ['"text"', { kind: 'invalid' }],
    ['INFO: {"id":1,"method":"a"}', { kind: 'invalid' }],
    ['mcpgen: the server process ended with status 3', { kind: 'invalid' }],
    ['', { kind: 'blank' }],
    [' \r\n', { kind: 'blank' }],
  ])('%s', (text, expected) => {
    expect(envelopeOf(text)).toEqual(expected);
  });

  test('agrees with JSON.parse for any object', () => {
    const anything = fc.jsonValue({ maxDepth: 4 });
    const id = fc.oneof(fc.integer(), fc.string());
    const message = fc.record(
      { id, method: fc.string({ maxLength: 50 }), params: anything, extra: anything },
      { requiredKeys: ['method'] },
    );
    fc.assert(
      fc.property(message, (value) => {
        const expected = 'id' in value ? { kind: 'request', id: JSON.stringify(value.id) } : { kind: 'notification' };
        expect(envelopeOf(JSON.stringify(value))).toEqual({ ...expected, method: value.method });
      }),
    );
  });
});

test('a message that is cut off where it can be has a valid end', () => {
  const message = fc.record({ id: fc.integer(), result: fc.jsonValue({ maxDepth: 5 }) });
  const text = message.map((value) => JSON.stringify(value));
  const escaped = text.map((value) =>
    value.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
  fc.assert(
    fc.property(fc.oneof(text, escaped), (value) => {
      for (let length = 0; length <= value.length; length++) {
        const scanner = new EnvelopeScanner();
        scanner.scan(Buffer.from(value.slice(0, length)));
        if (scanner.ending === undefined) continue;
        const ended = JSON.parse(`${value.slice(0, length)}${scanner.ending},"error":1}`) as { error: number };
        expect(ended.error).toBe(1);
      }
    }),
  );
});

test('it can be cut off in a text, also among escapes, and not in a key', () => {
  const endings = (value: string) => {
    const scanner = new EnvelopeScanner();
    return [...value].map((character) => {
      scanner.scan(Buffer.from(character));
      return scanner.ending;
    });
  };
  expect(endings('{"r":{"k":["a\\u0041b')).toEqual([
    ...Array(5).fill(undefined),
    '}',
    ...Array(4).fill(undefined),
    ']}',
    '"]}',
    '"]}',
    ...Array(5).fill(undefined),
    '"]}',
    '"]}',
  ]);
});

describe('framer', () => {
  function collect(chunks: readonly Buffer[]): { messages: [string, string][]; parts: number; bytes: number } {
    const messages: [string, string][] = [];
    const seen = { parts: 0, bytes: 0 };
    const framer = new Framer({
      message: (bytes, { kind }) => messages.push([kind, bytes.toString()]),
      part: (bytes, envelope) => {
        seen.parts++;
        seen.bytes += bytes.length;
        if (envelope) messages.push([envelope.kind, `${envelope.id}`]);
      },
    });
    for (const chunk of chunks) framer.push(chunk);
    framer.end();
    return { messages, ...seen };
  }

  test('gives the same messages however the bytes are cut', () => {
    const messages = [
      '{"id":1,"method":"é😀"}\n',
      'no JSON\n',
      '\n',
      '{"id":"x","result":{"a":"\\n"}}\r\n',
      '{"method":"last"}',
    ];
    const bytes = Buffer.from(messages.join(''));
    const whole = collect([bytes]).messages;
    expect(whole.map(([kind]) => kind)).toEqual(['request', 'invalid', 'response', 'notification']);
    expect(whole.map(([, text]) => text).join('')).toBe(`${messages.filter((text) => text !== '\n').join('')}\n`);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
        const ends = [...cuts, bytes.length].sort((a, b) => a - b);
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(collect(chunks).messages).toEqual(whole);
      }),
    );
  });

  test('passes a long message on in pieces, and its envelope at the end', () => {
    const text = `{"result":{"text":"${'x'.repeat(3 * holdLimit)}"},"jsonrpc":"2.0","id":42}\n`;
    const chunks = text.match(/[^]{1,65536}/g)?.map((chunk) => Buffer.from(chunk)) ?? [];
    const { messages, parts, bytes } = collect([...chunks, Buffer.from('{"method":"next"}\n')]);
    expect(messages.map(([kind, id]) => [kind, id.trim()])).toEqual([
      ['response', '42'],
      ['notification', '{"method":"next"}'],
    ]);
    expect(bytes).toBe(text.length);
    expect(parts).toBeGreaterThan(10);
  });
});
