// Config files as values: which JavaScript values they become, what is wrong with them and where.

import { expect, test } from 'vitest';
import { evaluate, evaluateList } from '../../generator/catalog/expression.ts';
import { formatGo } from '../../generator/catalog/go-format.ts';
import { GoFloat, GoTime } from '../../generator/catalog/go-value.ts';
import {
  ConfigSyntaxError,
  configKey,
  parseConfig,
  readConfig,
  serverConfig,
} from '../../generator/catalog/go-yaml.ts';

test('plain JavaScript values where they are unambiguous', () => {
  expect(parseConfig('a: [x, 017, 1.5, true, ~, {b: 1}]\nc: 9007199254740993')).toEqual({
    a: ['x', 15, 1.5, true, null, { b: 1 }],
    c: 9007199254740993n,
  });
});

test('classes of their own where they are not', () => {
  const config = parseConfig('float: 1e6\ntime: 2001-12-14T21:59:43.1-05:00\nmap: {1: a}');
  expect(config).toEqual({
    float: new GoFloat(1e6),
    time: new GoTime(Date.UTC(2001, 11, 15, 2, 59, 43) / 1000, 100_000_000, -5 * 3600),
    map: new Map([[1, 'a']]),
  });
  expect(JSON.parse(JSON.stringify([config['float'], config['time']]))).toEqual([1e6, '2001-12-14T21:59:43.1-05:00']);
});

test('an error says where', () => {
  const refused = (text: string) => {
    try {
      return parseConfig(text);
    } catch (error) {
      return error;
    }
  };
  expect(refused('a: 1\r\nb: [')).toMatchObject({ name: 'ConfigSyntaxError', line: 2 });
  expect(refused('a: 1\nb:\n  c: 1\n  c: 2')).toMatchObject({ line: 4, offset: 17 });
  expect(refused('a: !!int x')).toBeInstanceOf(ConfigSyntaxError);
  expect(refused('😀: 1\n😀: 2')).toMatchObject({ line: 2, offset: 6 });
});

test('all problems that do not end the reading, and what could be read', () => {
  expect(readConfig('a: {b: 1, b: 2}\nc: 3\nd: {e: 1, e: 2}')).toEqual({
    config: { c: 3 },
    problems: [
      { message: 'mapping key "b" already defined', offset: 10 },
      { message: 'mapping key "e" already defined', offset: 31 },
    ],
  });
});

test('the config files of the gateway: a map for each server', () => {
  expect(readConfig('a: {017: x}\nb: 5\nc:', 'servers')).toMatchObject({
    config: { a: { '017': 'x' }, c: {} },
    problems: [{ message: 'cannot unmarshal !!int into a map', offset: 15 }],
  });
});

test('the config of a server stands under its name with _ for each dot', () => {
  expect(configKey('io.github.x')).toBe('io_github_x');
  expect(serverConfig({ a_b: { c: 1 }, d: {} }, ' a.b ')).toEqual({ a_b: { c: 1 } });
});

test('a server without config has an empty map, not nothing', () => {
  const config = serverConfig({ x: null }, 'x');
  expect(formatGo(evaluate('{{x}}', config))).toBe('map[]');
  expect(evaluate('{{x|or:d}}', config)).toBe('map[]');
  expect(evaluateList(['{{x}}', '{{x.y}}'], config)).toEqual(['<map[string]interface {} Value>', '']);
});

test('a key may have any name', () => {
  expect(Object.keys(parseConfig('__proto__: {a: 1}'))).toEqual(['__proto__']);
  expect(Object.keys(serverConfig({}, '__proto__'))).toEqual(['__proto__']);
});
