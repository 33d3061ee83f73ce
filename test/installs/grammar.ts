// Random catalogs of one server: every field that a workload is made of, with values that are right and others nearly so.

import fc from 'fast-check';

const pick = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
/** Mostly what is right: of many fields that may each be wrong, hardly a catalog would compile. */
const mostly = (right: fc.Arbitrary<string>, wrong: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 15, arbitrary: right }, { weight: 1, arbitrary: wrong });
const texts = (one: fc.Arbitrary<string>, maxLength = 3): fc.Arbitrary<string[]> => fc.array(one, { maxLength });

const piece = pick(
  '{{s.x}}',
  '{{s.list|into}}',
  '$KEY',
  '${KEY}',
  '$A',
  '$(KEY)',
  '$$',
  '$',
  '-',
  '=',
  ' ',
  'a',
  'ü',
  '\n',
  '"',
  "'",
  '%',
  '#',
);
const text = fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(''));
const written = fc.oneof(
  text,
  fc.string({ maxLength: 8 }),
  pick('{{s.list|volume|into}}', '{{s.list}}', '\0', '~', 'null', '0x1F'),
);
const host = mostly(
  pick('api.example.com:443', 'api.example.com', 'API.example.com:80/tcp', '*.example.com:443', '10.0.0.7:443'),
  pick('https://api.example.com', 'a:0', 'a:65536', '[::1]:80', 'a b:1', '10.0.0.0/8', 'localhost:1', 'a/b/c'),
);
const extraHost = mostly(
  pick('db:10.0.0.5', 'DB.example.com:10.0.0.6', 'six:[fd00::1]', 'six=fd00::2'),
  pick(
    'my_db:10.0.0.5',
    'db',
    'db:999.0.0.1',
    'db:host-gateway',
    '-a:10.0.0.1',
    'a..b:10.0.0.1',
    `${'a'.repeat(64)}.b:10.0.0.1`,
  ),
);
const volume = mostly(
  pick(
    'data:/data',
    'data:/srv//docs/',
    '/host:/host:ro',
    '/etc/app.conf:/etc/app.conf',
    '/anonymous',
    'mcpgen-x:/x',
    '{{s.x}}:/{{s.x}}',
  ),
  pick('data:/', 'data:relative', 'x:/bridge/', 'a:b:c:d', '/var/run/docker.sock:/s', ':/x', '/a:/tmp', '/a:/home/mcp'),
);
const entry = fc.record({
  name: mostly(pick('A', 'B', 'KEY', 'HOME', 'a.b'), pick('A B', '..', '1A', 'true', '', 'Y')),
  value: written,
});
const secret = fc.record(
  {
    name: mostly(pick('s.key', 's/key', 's_key', 's.max'), pick('ü', 'x'.repeat(300))),
    env: mostly(pick('KEY', 'A', 'OTHER'), pick('a b', '..')),
    required: fc.boolean(),
  },
  { requiredKeys: ['name', 'env'] },
);
const quantities = fc.record(
  {
    memory: mostly(pick('512M', '2g', '32m', '1'), pick('lots', '-1', '1e3')),
    cpu: mostly(pick('0.5', '4', '.001', '500m'), pick('0', 'many')),
  },
  { requiredKeys: [] },
);
const common = {
  title: written,
  secrets: fc.array(secret, { maxLength: 2 }),
  tools: fc.array(
    fc.record({
      name: fc.oneof(
        pick('get', 'put'),
        written.filter((name) => name !== ''),
      ),
    }),
    { maxLength: 2 },
  ),
  prefix: pick('', 'p', 'ü'),
  longLived: fc.boolean(),
};
const container = fc.record(
  {
    ...common,
    image: mostly(pick('mcp/x', 'ghcr.io/a/b:1', 'localhost:5000/c'), pick('Mcp/X', 'a b', 'x@sha256:0', 'x:')),
    command: texts(written),
    env: fc.array(entry, { maxLength: 3 }),
    volumes: texts(volume, 2),
    user: mostly(pick('', '1001', '1001:1002'), pick('0', 'app', '-1', '4294967296', '1:2:3')),
    disableNetwork: fc.boolean(),
    allowHosts: texts(host, 2),
    extraHosts: texts(extraHost, 2),
    resources: fc.record({ limits: quantities, requests: quantities }, { requiredKeys: [] }),
  },
  { requiredKeys: ['image'] },
);
const remote = fc.record(
  {
    ...common,
    type: fc.constant('remote'),
    remote: fc.record({
      url: mostly(
        pick(
          'https://example.com/mcp',
          'https://EXAMPLE.com:8443/a?b=c',
          'HTTPS://example.com',
          'http://docs-mcp:8080/mcp',
          'HTTP://DOCS.Tools.svc.cluster.local./mcp?a=b',
          'https://10.1.2.3/',
          'http://[fd00::5]:99/x',
        ),
        pick(
          'http://example.com',
          'http://docs_x.a.svc',
          'http://a..b/',
          'http://docs:99999/',
          'http://[::1]/',
          'http://[fe80::1]/',
          'http://[::ffff:10.0.0.1]/',
          'http://0x7f.1/',
          'http://169.254.169.254/',
          'http://10.1.2.3.:80/',
          'http://docs/%zz',
          'http://docs:80:80/',
          'http://docs\\@x/',
          'http://docs#x',
          'http://host.docker.internal/',
          'https://u@example.com/',
          'https://',
          'https://a/${KEY}',
          'https://localhost',
          'https://a b/',
        ),
      ),
      transport_type: mostly(pick('sse', 'http', 'Streamable-HTTP'), pick('', 'websocket')),
      headers: fc.dictionary(
        mostly(pick('X-Team', 'Authorization'), pick('X Y', '', 'ü')),
        mostly(pick('Bearer ${KEY}', 'red', '$KEY', '${OTHER}'), written),
        { maxKeys: 2 },
      ),
    }),
  },
  { requiredKeys: ['type', 'remote'] },
);

export interface RandomServer {
  readonly image?: string;
  readonly secrets?: readonly { readonly name: string; readonly env: string }[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly command?: readonly string[];
}

export const servers: fc.Arbitrary<RandomServer> = fc.oneof(
  { weight: 3, arbitrary: container },
  { weight: 1, arbitrary: remote },
);
export const serverNames = mostly(pick('s', 'S', 's-1', 'a.b', 'x'.repeat(80)), pick('ü', '-', ''));
/** Of the server's own config. */
export const configs = fc.record(
  {
    x: fc.oneof(pick('a', '', 'a b', '$KEY', '$(KEY)', '/p'), fc.constant(7)),
    list: texts(pick('a', '/b', '$A', '$$(KEY)', '')),
  },
  { requiredKeys: [] },
);
