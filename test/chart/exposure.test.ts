// The way in from outside: Ingress, HTTPRoute, Certificate, and what the notes say of them.

import { describe, expect, test } from 'vitest';
import { helms, type Manifest, refusal, render, run } from './helm.ts';

const hosts = ['mcp.example.com'];
const listener = [{ name: 'edge', namespace: 'infra', sectionName: 'https' }];
const exposed = (exposure: object, rest: object = {}) => ({ exposure: { hosts, ...exposure }, ...rest });
const ingress = (settings: object = {}, rest: object = {}, tls: object = { secretName: 'cert' }): Manifest =>
  render(exposed({ tls, ingress: { enabled: true, ...settings } }, rest)).get('Ingress', 'rel-mcpgen');
const affine = (replicas: number) => ({ gateway: { replicas, service: { sessionAffinity: 'ClientIP' } } });

test('by default nothing leads in from outside', () => {
  const kinds = render({}).all.map(({ kind }) => kind);
  for (const kind of ['Ingress', 'HTTPRoute', 'Certificate', 'Route']) expect(kinds).not.toContain(kind);
  expect(render({}).get('Service', 'rel-mcpgen').spec.type).toBe('ClusterIP');
});

describe.each(helms)('%s: an Ingress', (helm) => {
  test('leads to the endpoint alone, by TLS', () => {
    const values = exposed({ tls: { secretName: 'cert' }, ingress: { enabled: true, className: 'public' } });
    expect(render(values, { helm }).get('Ingress', 'rel-mcpgen').spec).toEqual({
      ingressClassName: 'public',
      tls: [{ hosts, secretName: 'cert' }],
      rules: [
        {
          host: 'mcp.example.com',
          http: {
            paths: [
              {
                path: '/mcp',
                pathType: 'Prefix',
                backend: { service: { name: 'rel-mcpgen', port: { number: 8811 } } },
              },
            ],
          },
        },
      ],
    });
  });
});

describe('an Ingress', () => {
  test('has the path of the transport', () => {
    expect(ingress({}, { gateway: { transport: 'sse' } }).spec.rules[0].http.paths[0].path).toBe('/sse');
  });

  test('of nginx does not cut or buffer streams, and a client stays with its pod', () => {
    const nginx = (key: string) => `nginx.ingress.kubernetes.io/${key}`;
    const streams = {
      [nginx('proxy-buffering')]: 'off',
      [nginx('proxy-request-buffering')]: 'off',
      [nginx('proxy-read-timeout')]: '3600',
      [nginx('proxy-send-timeout')]: '3600',
    };
    expect(ingress({ className: 'nginx' }).metadata.annotations).toEqual(streams);
    expect(ingress({ className: 'public', controller: 'nginx' }).metadata.annotations).toEqual(streams);
    expect(ingress({ controller: 'nginx' }, affine(2)).metadata.annotations).toEqual({
      ...streams,
      [nginx('upstream-hash-by')]: '$remote_addr',
    });
    const own = { [nginx('proxy-read-timeout')]: '60' };
    expect(ingress({ controller: 'nginx', annotations: own }).metadata.annotations).toEqual({ ...streams, ...own });
  });

  test('of Traefik is on the entry point that has TLS', () => {
    const traefik = (key: string) => `traefik.ingress.kubernetes.io/router.${key}`;
    expect(ingress({ className: 'traefik' }).metadata.annotations).toEqual({
      [traefik('entrypoints')]: 'websecure',
      [traefik('tls')]: 'true',
    });
    expect(ingress({ controller: 'traefik' }, {}, { allowInsecure: true }).metadata.annotations).toEqual({
      [traefik('entrypoints')]: 'web',
    });
  });

  test('of another controller has no annotations but its own', () => {
    expect(ingress({ className: 'nginx', controller: 'none' }).metadata.annotations).toBeUndefined();
    expect(ingress({ className: 'haproxy', annotations: { a: 'b' } }).metadata.annotations).toEqual({ a: 'b' });
  });
});

test('a Certificate is asked for where an issuer is named, and the Ingress uses it', () => {
  const rendered = render(exposed({ tls: { issuerRef: { name: 'ca' } }, ingress: { enabled: true } }));
  expect(rendered.get('Certificate', 'rel-mcpgen').spec).toEqual({
    secretName: 'rel-mcpgen-tls',
    commonName: hosts[0],
    dnsNames: hosts,
    issuerRef: { name: 'ca' },
  });
  expect(rendered.get('Ingress', 'rel-mcpgen').spec.tls[0].secretName).toBe('rel-mcpgen-tls');
  expect(render(exposed({ tls: { issuerRef: { name: 'ca' } } })).kind('Certificate')).toEqual([]);
});

test('an HTTPRoute names the HTTPS listener and lets streams run', () => {
  const route = render(exposed({ httpRoute: { enabled: true, parentRefs: listener } })).get('HTTPRoute', 'rel-mcpgen');
  expect(route.spec).toEqual({
    parentRefs: listener,
    hostnames: hosts,
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/mcp' } }],
        timeouts: { request: '3600s', backendRequest: '3600s' },
        backendRefs: [{ name: 'rel-mcpgen', port: 8811 }],
      },
    ],
  });
});

describe('refused:', () => {
  test.each<[string, object, ...string[]]>([
    [
      'an Ingress without TLS',
      exposed({ ingress: { enabled: true } }),
      'exposure.tls: has no certificate, so tokens would be sent unencrypted; set secretName or issuerRef',
    ],
    [
      'neither host nor TLS',
      { exposure: { ingress: { enabled: true } } },
      'exposure.hosts: is empty, but certificates and routes need host names; list',
      'exposure.tls: has no certificate',
    ],
    [
      'a route without a parent',
      exposed({ httpRoute: { enabled: true } }),
      'exposure.httpRoute.parentRefs: is empty; name the Gateway',
    ],
    [
      'a route on every listener',
      exposed({ httpRoute: { enabled: true, parentRefs: [{ name: 'edge' }] } }),
      'exposure.httpRoute.parentRefs[0].sectionName: is missing, so the route would also attach to listeners without TLS;',
    ],
    [
      'an issuer without a name',
      exposed({ tls: { issuerRef: { kind: 'Issuer' } }, ingress: { enabled: true } }),
      'exposure.tls.issuerRef.name: is missing;',
    ],
    [
      'a proxy whose own paths are not let in',
      exposed({ service: { name: 'proxy' } }),
      'exposure.path: is empty, which exposes',
    ],
  ])('%s', (_, values, ...mistakes) => {
    const message = refusal({ ...values });
    for (const mistake of mistakes) expect(message).toContain(`- ${mistake}`);
    expect(message.match(/^- /gm), message).toHaveLength(mistakes.length);
  });

  test('words that the schema does not know', () => {
    const message = refusal(exposed({ ingress: { controller: 'haproxy' }, hosts: ['https://a'], timeoutSeconds: 0 }));
    for (const path of ['/exposure/ingress/controller', '/exposure/hosts/0', '/exposure/timeoutSeconds'])
      expect(message).toContain(path);
  });
});

describe('the notes', () => {
  const notes = (values: object) => run('install', { ...values }, { helm: 'helm4' }).stdout;

  test('have the URL from outside', () => {
    expect(notes(exposed({ tls: { secretName: 'cert' }, ingress: { enabled: true } }))).toContain(
      'From outside: https://mcp.example.com/mcp\n',
    );
    expect(notes({})).not.toContain('From outside');
  });

  test('warn of a Service that is open to the world', () => {
    const warning = 'WARNING: gateway.service.type LoadBalancer has no TLS';
    expect(notes({ gateway: { service: { type: 'LoadBalancer' } } })).toContain(warning);
    expect(notes({})).not.toContain('WARNING');
  });

  test('warn of what the chart cannot see', () => {
    const policy = { networkPolicy: { gatewayFrom: [{ podSelector: {} }] } };
    const parentRefs = [{ name: 'edge' }];
    const text = notes(
      exposed({ tls: { allowInsecure: true }, httpRoute: { enabled: true, parentRefs } }, { ...policy, ...affine(2) }),
    );
    expect(text).toContain('From outside: http://mcp.example.com/mcp\n');
    expect(text).toContain('networkPolicy.gatewayFrom must include the pods of the ingress controller');
    expect(text).toContain('several gateway pods');
    expect(text).toContain('WARNING: exposure.tls.allowInsecure');
  });
});
