// Words for a shell: read back by the shell itself.

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../generator/shell.ts';

test.each(['brave.api_key', '$(touch x)', "it's", '`id`', 'a b;c', '*', '~', '', '\\', '"', '!x', 'line\nbreak'])(
  '%j is read by the shell as it is',
  (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  },
);

test('ordinary names are not quoted', () => {
  expect(shellWord('brave.api_key=SECRET/KEY')).toBe('brave.api_key=SECRET/KEY');
});
