// Tables for the small rules between a catalog's words and Kubernetes'.

import { describe, expect, test } from 'vitest';
import { didYouMean } from '../../generator/suggest.ts';
import { parseBind } from '../../generator/workload/bind.ts';
import { dnsLabel } from '../../generator/kubernetes/dns-label.ts';
import { cpuQuantity, memoryQuantity } from '../../generator/workload/resources.ts';
import { type Text, toKubernetes } from '../../generator/kubernetes/text.ts';
import { parseVolumeRule } from '../../generator/workload/volume-rules.ts';

describe('dnsLabel', () => {
  test.each([
    ['time', 'time'],
    ['SQLite', 'sqlite'],
    ['osp_marketing_tools', 'osp-marketing-tools'],
    ['example.dotted.name', 'example-dotted-name'],
    ['--a__b--', 'a-b'],
    ['Ünïcode', 'n-code'],
    ['***', ''],
    ['x'.repeat(59), 'x'.repeat(59)],
    [`${'x'.repeat(51)}-${'y'.repeat(20)}`, `${'x'.repeat(51)}-c1123d`],
  ])('%s', (text, label) => expect(dnsLabel(text, 59)).toBe(label));
});

describe('toKubernetes: Kubernetes expands $(NAME), and $$ is a dollar', () => {
  const secret = { secret: 'KEY' };
  test.each<[Text, string]>([
    [['plain'], 'plain'],
    [[secret], '$(KEY)'],
    [['Bearer ', secret, '!'], 'Bearer $(KEY)!'],
    [['$HOME and 5$'], '$HOME and 5$'],
    [['$(KEY)'], '$$(KEY)'],
    [['a$$b'], 'a$$$b'],
    [['$', secret], '$$$(KEY)'],
    [['$', '(KEY)'], '$$(KEY)'],
    [['$', '', '(KEY)'], '$$(KEY)'],
    [['$$$(x)'], '$$$$$$(x)'],
  ])('%j', (text, expected) => {
    expect(toKubernetes(text)).toBe(expected);
    const literal = text.map((part) => (typeof part === 'string' ? part : 'secret-value')).join('');
    expect(expandLikeKubernetes(expected, { KEY: 'secret-value' })).toBe(literal);
  });
});

/** k8s.io/kubernetes third_party/forked/golang/expansion, restated. */
function expandLikeKubernetes(text: string, environment: Record<string, string>): string {
  return text.replace(/\$(\$|\(([^)]*)\)|)/g, (whole, operator: string, name: string | undefined) => {
    if (operator === '$') return '$';
    return name === undefined ? whole : (environment[name] ?? whole);
  });
}

describe('cpuQuantity', () => {
  test.each([
    ['1', '1'],
    ['0.5', '500m'],
    ['.25', '250m'],
    ['2.0', '2'],
    ['500m', '500m'],
    ['0', undefined],
    ['half', undefined],
    ['-1', undefined],
  ])('%s', (text, quantity) => expect(cpuQuantity(text)).toBe(quantity));
});

describe("memoryQuantity: Docker's units are powers of 1024", () => {
  test.each([
    ['512M', '512Mi'],
    ['512m', '512Mi'],
    ['2Gb', '2Gi'],
    ['2g', '2Gi'],
    ['1.5g', '1536Mi'],
    ['64MiB', '64Mi'],
    ['1000k', '1000Ki'],
    ['1048576', '1Mi'],
    ['1000', '1000'],
    ['0', undefined],
    ['lots', undefined],
    ['1.5.5m', undefined],
  ])('%s', (text, quantity) => expect(memoryQuantity(text)).toBe(quantity));
});

describe('parseBind', () => {
  test.each([
    ['cache:/cache', { kind: 'named', source: 'cache', target: '/cache', readOnly: false }],
    ['cache:/cache:ro', { kind: 'named', source: 'cache', target: '/cache', readOnly: true }],
    ['/host:/target', { kind: 'host', source: '/host', target: '/target', readOnly: true }],
    ['/host:/target:rw', { kind: 'host', source: '/host', target: '/target', readOnly: false }],
    ['/host:/target:z,ro', { kind: 'host', source: '/host', target: '/target', readOnly: true }],
    ['~/docs:/docs', { kind: 'host', source: '~/docs', target: '/docs', readOnly: true }],
    ['C:\\data:/C/data', { kind: 'host', source: 'C:\\data', target: '/C/data', readOnly: true }],
    ['/anonymous', { kind: 'anonymous', target: '/anonymous', readOnly: false }],
    [':/target', { flaw: { kind: 'source' } }],
    ['/source:', { flaw: { kind: 'target' } }],
    ['[]:[]', { flaw: { kind: 'relative', target: '[]' } }],
    ['vol:/b:c:d', { flaw: { kind: 'parts' } }],
    [' ', { flaw: { kind: 'empty' } }],
  ])('%s', (text, bind) => expect(parseBind(text)).toEqual(bind));
});

describe('parseVolumeRule', () => {
  test.each([
    ['s:/data=pvc', { source: { kind: 'persistentVolumeClaim', size: '1Gi' } }],
    ['s:/data=pvc:5Gi,rw', { source: { kind: 'persistentVolumeClaim', size: '5Gi' }, readOnly: false }],
    ['s:/data=emptyDir', { source: { kind: 'emptyDir' } }],
    ['s:/data=emptyDir:64Mi,ro', { source: { kind: 'emptyDir', sizeLimit: '64Mi' }, readOnly: true }],
    ['s:/data=existingClaim:team', { source: { kind: 'existingClaim', claimName: 'team' } }],
    ['s:/data=secret:keys', { source: { kind: 'secret', name: 'keys' } }],
    ['s:/data=secret:keys/id_rsa', { source: { kind: 'secret', name: 'keys', key: 'id_rsa' } }],
    ['s:/data=configMap:files/app.conf', { source: { kind: 'configMap', name: 'files', key: 'app.conf' } }],
  ])('%s', (text, rule) => expect(parseVolumeRule(text)).toEqual({ server: 's', target: '/data', text, ...rule }));

  test.each([
    's',
    's:/data',
    's:data=pvc',
    's:/data=hostPath:/x',
    's:/data=pvc:big',
    's:/data=existingClaim',
    's:/data=secret:a/b/c',
    's:/data=secret:a/',
    's:/data=secret:',
    's:/data=configMap:/key',
  ])('%s is none', (text) => expect(parseVolumeRule(text)).toBeUndefined());
});

describe('didYouMean', () => {
  test.each([
    ['comand', 'did you mean "command"?'],
    ['Volumes', 'did you mean "volumes"?'],
    ['evn', 'did you mean "env"?'],
    ['nothing-like-it', undefined],
  ])('%s', (name, hint) => expect(didYouMean(name, ['command', 'volumes', 'env'])).toBe(hint));
});
