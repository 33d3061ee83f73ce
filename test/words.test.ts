// Phrases that a native reader stumbles over, and what to write instead; texts that users and contributors read have none.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Only what is never right in this project. A space is any white space, with the marks of a comment, or a template's, where a line ends. */
const phrases: readonly (readonly [phrase: string, instead: string])[] = [
  ['without a word', 'silently'],
  ['anew', 'again, or a verb with re-'],
  [
    '(?<!there )is no (name|text|YAML|JSON|URL|image|address|number|proxy|secret|credential|key|list|map|object|message|host|tag|repository|script|option|catalog)',
    'is not a',
  ],
  ['are no (names|texts|URLs|images|addresses|numbers|secrets|credentials|keys)', 'are not'],
  ['no name for', 'not a valid name'],
  ['(is|are|was|be) had', 'exists, comes from, is pulled from'],
  ['(give|gives|gave|given) it back', 'restores'],
  ['(is|are|was|were|be) told', 'the reader is not told: the message says'],
  // It is also the name of a command.
  ["(?<!['/-]|mcpgen )mend(s|ed|ing)?(?!['/])", 'fix'],
  ["a person's", "a user's"],
  ['for certain', 'certainly'],
  ['as whom', 'as which user'],
  ['who has it', 'its owner'],
  ['(and|or) (the|its|their) (like|likes)', 'such as'],
  ['(stand|stands) in the', 'is in the'],
  ['in the clear', 'unencrypted'],
  ['at present', 'currently'],
  ['time is over', 'expired'],
  ['(carry|carries|carried) (it )?on', 'resume'],
  ['(go|goes|went) without (it|one|the|this)', 'starts without'],
  ['environment has no', 'the environment variable … is not set'],
  ['not the recorded ones?', 'differ from the recorded ones'],
  ['(seems?|seem) to be a (secret|credential)', 'looks like a'],
  ['made of one of', 'built from'],
  ['no value at the key', 'no value for the key'],
  ['nobody could (connect|come in)', 'no client could'],
  ['nothing to go by', 'has no metric, no hint'],
  ['lets no (pod|client|call)', 'allows no'],
  ['not fit into', 'too long for, must be less than'],
  ['for so long', 'for this long, or: time after which'],
  ['(come|comes|came) to (its|their|an) end', 'finishes, ends'],
  ['(cannot|could not|can not) be had', 'is not available'],
  ['(gives?|give) the name of', 'set the name of'],
];

/** The texts that are searched. */
const searched: readonly RegExp[] = [
  /^[^/]+\.md$/,
  /^docs\/.*\.md$/,
  /^chart\/(README\.md(\.hbs)?|values\.yaml|Chart\.yaml)$/,
  /^chart\/templates\/.*\.(tpl|yaml|txt)$/,
  /^chart\/files\/.*\.(sh|jq|yaml)$/,
  /^chart\/files\/monitoring\/.*\.json$/,
  /^schemas\/[^/]+\.json$/,
  /^templates\/.*\.(yaml|hbs)$/,
  /^generator\/.*\.ts$/,
  /^relay\/.*\.ts$/,
  /^door\/.*\.ts$/,
  /^tools\/.*\.mjs$/,
  /^test\/cases\/.*\.txt$/,
  /^test\/(?!words\.test).*\.ts$/,
];

const files = ['.', 'docs', 'chart', 'schemas', 'templates', 'generator', 'relay', 'door', 'tools', 'test']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((name) =>
      folder === '.' ? name : `${folder}/${name}`,
    ),
  )
  .filter((name) => searched.some((pattern) => pattern.test(name)))
  .toSorted();

/** `FILE:LINE: what is there; write …`, for each phrase that the text has. */
function stumbles(file: string, text: string): string[] {
  return phrases.flatMap(([phrase, instead]) => {
    const pattern = new RegExp(`\\b${phrase.replaceAll(' ', '(?:\\s|//|#|\\*|\\{\\{ " " -\\}\\})+')}\\b`, 'gi');
    return [...text.matchAll(pattern)].map(({ index, 0: found }) => {
      const line = text.slice(0, index).split('\n').length;
      return `${file}:${line}: ${JSON.stringify(found)}; write: ${instead}`;
    });
  });
}

test('each kind of text is there', () => {
  expect(searched.filter((pattern) => !files.some((file) => pattern.test(file)))).toEqual([]);
});

test.each(files)('%s', (file) => {
  expect(stumbles(file, readFileSync(join(root, file), 'utf8'))).toEqual([]);
});

describe('finds', () => {
  test.each([
    ['It fails without a\n// word.', 'a.ts:1'],
    ['one\nwrites them anew', 'a.ts:2'],
    ['a text that is no JSON', 'a.ts:1'],
    ['{{/* the token would travel in the\n   clear', 'a.ts:1'],
  ])('%j', (text, place) => {
    expect(stumbles('a.ts', text)).toEqual([expect.stringMatching(`^${place}: `)]);
  });

  test.each(['there is no image', 'amend', 'a new session', 'recommended'])('nothing in %j', (text) => {
    expect(stumbles('a.ts', text)).toEqual([]);
  });
});
