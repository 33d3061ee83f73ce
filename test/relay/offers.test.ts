// What the gateway is given of several servers' lists: nothing that it would end with an error or a panic for.

import { describe, expect, test } from 'vitest';
import { type Kind, kindFacts, noLists } from '../../relay/lists.ts';
import { type Offering, offersOf } from '../../relay/offers.ts';

function server(name: string, entries: Partial<Record<Kind, object[]>>, settings: Partial<Offering> = {}): Offering {
  const lists = Object.entries(entries).map(([kind, values]) => [
    kind,
    values.map((value) => ({ name: Reflect.get(value, kindFacts[kind as Kind].key) ?? '', value })),
  ]);
  return {
    name,
    prefix: undefined,
    allowTools: undefined,
    lists: { ...noLists, ...Object.fromEntries(lists) },
    ...settings,
  };
}

const tool = (name: string, fields: object = {}): object => ({ name, inputSchema: { type: 'object' }, ...fields });
const ids = (servers: Offering[], name: string, kind: Kind): string[] =>
  offersOf(servers)
    .get(name)
    ?.offered[kind].map(({ id }) => id) ?? [];
const hidden = (servers: Offering[], name: string): string[] =>
  offersOf(servers)
    .get(name)
    ?.hidden.map((entry) => `${entry.kind} ${entry.name}: ${entry.reason}`) ?? [];

describe('two servers with the same names', () => {
  const all = {
    tool: [tool('a'), tool('b')],
    prompt: [{ name: 'p' }],
    resource: [{ uri: 'demo://r', name: 'r' }],
    template: [{ uriTemplate: 'demo://{r}', name: 'r' }],
  };
  const first = server('jira-1', all);

  test('the first by its name has them, whatever the order', () => {
    const servers = [server('jira-2', all), first];
    expect(ids(servers, 'jira-1', 'tool')).toEqual(['a', 'b']);
    for (const kind of Object.keys(kindFacts) as Kind[]) expect(ids(servers, 'jira-2', kind)).toEqual([]);
    expect(hidden(servers, 'jira-2')).toEqual([
      'tool a: server jira-1 already has this name',
      'tool b: server jira-1 already has this name',
      'prompt p: server jira-1 already has this name',
      'resource demo://r: server jira-1 already has this name',
      'template demo://{r}: server jira-1 already has this name',
    ]);
    expect(hidden(servers, 'jira-1')).toEqual([]);
  });

  test('with a prefix both have all', () => {
    const servers = [first, server('jira-2', all, { prefix: 'two_2' })];
    expect(hidden(servers, 'jira-2')).toEqual([]);
    const offered = offersOf(servers).get('jira-2')?.offered;
    expect(offered?.tool[0]).toMatchObject({ id: 'two_2__a', name: 'a' });
    expect(JSON.parse(offered?.tool[0]?.text ?? '').name).toBe('a');
    expect(JSON.parse(offered?.prompt[0]?.text ?? '')).toEqual({ name: 'two_2__p' });
    expect(JSON.parse(offered?.resource[0]?.text ?? '')).toEqual({ uri: 'two-2+demo://r', name: 'r' });
    expect(JSON.parse(offered?.template[0]?.text ?? '')).toEqual({ uriTemplate: 'two-2+demo://{r}', name: 'r' });
  });

  test('a URI that nobody else has stays as it is, as links in answers lead to it', () => {
    expect(ids([server('jira-2', all, { prefix: 'two' })], 'jira-2', 'resource')).toEqual(['demo://r']);
  });

  test('a tool that is not allowed keeps the name from nobody', () => {
    const servers = [server('jira-1', all, { allowTools: ['b'] }), server('jira-2', all)];
    expect(ids(servers, 'jira-1', 'tool')).toEqual(['b']);
    expect(ids(servers, 'jira-2', 'tool')).toEqual(['a']);
  });
});

test.each<[Kind, object, string]>([
  ['tool', tool(' '), 'it has no name'],
  ['tool', { name: 'x' }, 'its inputSchema is not of type object'],
  ['tool', tool('x', { inputSchema: { type: 'string' } }), 'its inputSchema is not of type object'],
  ['tool', tool('x', { outputSchema: { type: 'array' } }), 'its outputSchema is not of type object'],
  ['tool', tool('x', { description: 4 }), 'its description is not text'],
  ['tool', tool('mcp-find'), 'the gateway reserves this name for its own tool'],
  ['prompt', { name: '' }, 'it has no name'],
  ['resource', { uri: 'a://b c/%zz' }, 'its URI is invalid'],
  ['resource', { uri: 'a b:c' }, 'its URI is invalid'],
  ['resource', { uri: 'a://b/%zz' }, 'its URI is invalid'],
  ['resource', { uri: 'a://b/\u0000' }, 'its URI is invalid'],
  ['resource', { uri: 'a://b:c/' }, 'its URI is invalid'],
  ['template', { uriTemplate: 'a://{b' }, 'its URI template is invalid'],
  ['template', { uriTemplate: 'a://{b c}' }, 'its URI template is invalid'],
])('the gateway cannot take the %s %j', (kind, entry, reason) => {
  const servers = [server('s', { [kind]: [entry] })];
  expect(ids(servers, 's', kind)).toEqual([]);
  expect(hidden(servers, 's')).toEqual([expect.stringContaining(reason)]);
});

test.each<[Kind, object]>([
  ['tool', tool('odd name/ö', { outputSchema: null })],
  ['tool', tool('x', { outputSchema: { type: 'object' } })],
  ['resource', { uri: 'file:///a b/c%20d' }],
  ['resource', { uri: 'demo://resource/static/document/a.md?x=1#y' }],
  ['resource', { uri: 'postgres://user@host:5432/db/schema' }],
  ['resource', { uri: 'urn:isbn:1' }],
  ['resource', { uri: 'relative/path' }],
  ['template', { uriTemplate: 'demo://{+path}/x{?a,b*}{&c:3}' }],
])('the gateway takes the %s %j', (kind, entry) => {
  expect(ids([server('s', { [kind]: [entry] })], 's', kind)).toHaveLength(1);
});

test('a name twice in one server is given once', () => {
  const servers = [server('s', { tool: [tool('x'), tool('x')] })];
  expect(ids(servers, 's', 'tool')).toEqual(['x']);
  expect(hidden(servers, 's')).toEqual(['tool x: the server has this name twice']);
});
