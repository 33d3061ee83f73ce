// Random YAML texts, made of the pieces at which rules begin and end.

import fc from 'fast-check';
import fragments from './fragments.json' with { type: 'json' };

/** One of the pieces of that name; a piece that is there twice comes twice as often. */
export const pick = (name: keyof typeof fragments): fc.Arbitrary<string> => fc.constantFrom(...fragments[name]);
export const concat = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(''));
export const repeat = (part: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> =>
  fc.array(part, { maxLength }).map((texts) => texts.join(''));
/** The text itself only now and then. */
const rarely = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 19, arbitrary: fc.constant('') }, text);

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 22 });
const sign = fc.constantFrom('', '', '-', '+', '_');
const number = fc.oneof(
  fc.integer().map(String),
  fc.bigInt(-(2n ** 65n), 2n ** 65n).map(String),
  fc.double().map(String),
  concat(sign, pick('numberPrefixes'), sign, digits),
  concat(sign, digits, fc.constantFrom('.', '._', '', ',', '.0', '.5', '.25_0'), pick('numberExponents')),
  concat(pick('numberMantissas'), fc.integer({ min: -30, max: 30 }).map(String)),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefxXoO_+-.eE'), maxLength: 8 }),
);

const part = fc.integer({ min: 0, max: 70 }).map(String);
const clockPart = fc.oneof(
  part,
  part.map((text) => text.padStart(2, '0')),
);
const dash = fc.constant('-');
const colon = fc.constant(':');
const date = concat(pick('years'), dash, part, fc.constantFrom('-', '-', '/'), part);
const clock = concat(clockPart, colon, clockPart, colon, clockPart);
const time = fc.oneof(date, concat(date, pick('timeSeparators'), clock, pick('timeFractions'), pick('timeZones')));

const content = fc.oneof(number, time, pick('words'), pick('words'));
const plain = content.filter((text) => !/^\s|\s$|[,[\]{}#&*!|>'"%@`]|: |:$|^[-?] |^[-?:]$/.test(text));
const doubleQuoted = fc.oneof(content, pick('quotedWords')).map((text) => JSON.stringify(text));
const singleQuoted = content.map((text) => `'${text.replaceAll("'", "''")}'`);
const scalar = fc.oneof({ weight: 6, arbitrary: plain }, doubleQuoted, singleQuoted);

const key = fc.oneof(
  { weight: 20, arbitrary: pick('plainKeys') },
  { weight: 3, arbitrary: pick('oddKeys') },
  { weight: 2, arbitrary: scalar },
  { weight: 1, arbitrary: fc.constantFrom('[a]', '{a: b}') },
);
const property = rarely(fc.oneof(fc.constantFrom('&x ', '&y '), pick('tags')));

/** Flow style. */
const flowValue: fc.Memo<string> = fc.memo((depth) => {
  const leaf = fc.oneof(
    { weight: 40, arbitrary: scalar },
    { weight: 3, arbitrary: concat(pick('tags'), scalar) },
    { weight: 1, arbitrary: pick('anchored') },
  );
  if (depth <= 1) return leaf;
  const list = fc.array(flowValue(depth - 1), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`);
  return fc.oneof(leaf, concat(property, list), concat(property, flowMap(depth - 1)));
});

function flowMap(depth: number): fc.Arbitrary<string> {
  const pair = fc.oneof(
    { weight: 8, arbitrary: concat(key, fc.constant(' : '), flowValue(depth)) },
    { weight: 1, arbitrary: concat(fc.constant('<< : '), pick('mergedMaps')) },
    { weight: 1, arbitrary: key },
  );
  return fc.array(pair, { maxLength: 4 }).map((pairs) => `{${pairs.join(', ')}}`);
}

const flowLines = fc
  .array(concat(pick('rootKeys'), fc.constant(': '), flowValue(3), fc.constant('\n')), { maxLength: 5 })
  .map((lines) => lines.join(''));
const root = fc.oneof(
  { weight: 5, arbitrary: flowMap(2) },
  { weight: 15, arbitrary: flowLines },
  { weight: 1, arbitrary: flowValue(3) },
);
/** A config whose values are in flow style. */
export const flowText = concat(rarely(pick('starts')), root, rarely(pick('ends')));

const blockKey = fc.oneof({ weight: 9, arbitrary: key }, pick('blockKeys'));
const comment = rarely(pick('comments'));

/** Scalars of several lines, of each style. */
function multiLine(indent: string): fc.Arbitrary<string> {
  const line = concat(fc.constantFrom(indent, indent, `${indent} `, `${indent}  `, ''), pick('lines'));
  const lines = fc.array(line, { minLength: 1, maxLength: 4 }).map((list) => list.join('\n'));
  return fc.oneof(
    concat(fc.constant(' '), pick('blockHeaders'), fc.constant('\n'), lines, fc.constant('\n')),
    lines.map((text) => ` x\n${text}\n`),
    lines.map((text) => ` "${text.replaceAll('"', '\\"')}"\n`),
    lines.map((text) => ` '${text}'\n`),
  );
}

/** What stands behind a key or a dash: a value on its line, or `depth` more levels, indented by `indent` or more. */
function blockValue(depth: number, indent: string): fc.Arbitrary<string> {
  const leaf = fc.oneof(
    { weight: 8, arbitrary: concat(fc.constant(' '), property, scalar, comment, fc.constant('\n')) },
    { weight: 2, arbitrary: concat(fc.constant(' '), flowValue(2), comment, fc.constant('\n')) },
    { weight: 1, arbitrary: concat(fc.constantFrom('', ' ', ' &x', ' !!null', ' *x'), comment, fc.constant('\n')) },
    { weight: 2, arbitrary: multiLine(indent) },
  );
  if (depth === 0) return leaf;
  const deeper = fc.constantFrom('', '  ', '    ', ' ').chain((more) => blockCollection(depth, indent, indent + more));
  return fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 4, arbitrary: deeper });
}

function blockCollection(depth: number, outer: string, indent: string): fc.Arbitrary<string> {
  const between = rarely(fc.constantFrom('\n', '# note\n', `${indent}# note\n`, '   \n', `${indent}\t\n`));
  const value = (more: string): fc.Arbitrary<string> => blockValue(depth - 1, indent + more);
  const pair = (start: string, more: string): fc.Arbitrary<string> =>
    concat(fc.constant(start), blockKey, colon, value(more));
  const item = fc.oneof(
    { weight: 4, arbitrary: concat(between, fc.constant(`${indent}-`), value('  ')) },
    { weight: 1, arbitrary: concat(pair(`${indent}- `, '    '), pair(`${indent}  `, '    ')) },
  );
  const explicit = concat(fc.constant(`${indent}? `), blockKey, fc.constant(`\n${indent}:`), value('  '));
  const entry = fc.oneof({ weight: 12, arbitrary: concat(between, pair(indent, '  ')) }, explicit);
  const list = fc.array(item, { minLength: 1, maxLength: 3 });
  // A map has to be indented; a list need not.
  const lines = indent === outer ? list : fc.oneof(list, fc.array(entry, { minLength: 1, maxLength: 3 }));
  return concat(
    pick('collectionProperties'),
    fc.constant('\n'),
    lines.map((texts) => texts.join('')),
  );
}

/** A config in block style, as people write it. */
export const blockText = fc
  .array(concat(fc.constantFrom('k', 'list', 'text', 'a', 'b', 'c'), colon, blockValue(2, '')), {
    minLength: 1,
    maxLength: 3,
  })
  .map((entries) => entries.join(''));

/** A text with a few characters changed: whether it is still YAML is the question. */
export const brokenText = fc
  .tuple(
    fc.oneof(blockText, flowText),
    fc.array(fc.tuple(fc.nat(), fc.nat(2), pick('edits')), { minLength: 1, maxLength: 3 }),
  )
  .map(([text, edits]) =>
    edits.reduce((edited, [place, removed, added]) => {
      const index = place % (edited.length + 1);
      return edited.slice(0, index) + added + edited.slice(index + removed);
    }, text),
  )
  // An edit may cut a character in two, which UTF-8 cannot tell Go.
  .map((text) => Buffer.from(text).toString());
