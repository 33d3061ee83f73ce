// Hostile texts, and values that have them wherever values take free text.

/** What a place does not take: its schema refuses the rest, or the chart's rules do. */
const refused = {
  any: /(?!)/g,
  line: /\n/g,
  path: /:/g,
  segment: /[:/]/g,
  word: /[\t\n\f\r ]/g,
  home: /[:/\t\n\f\r ]/g,
  url: /[\0-\x20\x7f%$#?:]/g,
  header: /\$/g,
  template: /[{}]/g,
} as const;
export type Kind = keyof typeof refused;

/** A text without what such a place does not take. */
export function keepIn(kind: Kind, text: string): string {
  return text.replace(refused[kind], '') || 'empty';
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
/** What breaks lines, is not printed, or may not be in YAML; and one of each other kind. */
const codePoints = [
  range(0, 0x20),
  range(0x7f, 0xa0),
  [0xad, 0x61c, 0x1680, 0x180e, 0xd7ff, 0xe000, 0xf8ff, 0xfdd0, 0xfeff, 0xfffd, 0xfffe, 0xffff],
  range(0x2000, 0x2010),
  range(0x2028, 0x202f),
  range(0x2060, 0x206f),
  [0x1f600, 0x1fffe, 0x1ffff, 0xe0001, 0x10fffe, 0x10ffff],
].flat();
const words = [
  ['"', "'", '\\', '`', '"}', "'}", '\\u0041', '{{ fail "x" }}', '{{', '}}', '$(HOME)', '$$(HOME)', '${HOME}', '$'],
  ['yes', 'null', '~', '123', '0x1F', '1e3', '1_000', '.5', '.inf', '2024-01-01', '12:30:45', '<<', '=', '!!int 1'],
  ['---', '...', '- a', 'a: b', 'a #b', '# a', '? a', '| a', '> a', '%YAML', '@a', ' a ', 'a\n', '\na', '*a', '&a'],
  ['a\n---\nb: c', '<&>'],
].flat();

const all = codePoints.map((code) => String.fromCodePoint(code));
const pairs = all.flatMap((first, index) => (index % 2 === 0 ? [[first, all[index + 1] ?? first] as const] : []));

/** Each code point at the beginning or the end of a text, and of a line in it; all in one; and words with a meaning in YAML or Go. */
export const hostileTexts: readonly string[] = [
  all.map((char) => `${char}z`).join(''),
  ...pairs.map(([first, last]) => `${first}x ${last}\n${last}y${first}\nz${last}`),
  ...words,
];

/** Values as YAML that every reader takes: what is not ASCII is escaped. */
export function manifestYaml(values: unknown): string {
  return JSON.stringify(values).replace(/[^\0-\x7e]/gu, (char) => {
    const code = (char.codePointAt(0) as number).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}

const spread = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' };
const near = (matchLabels: object) => ({ topologyKey: 'zone', labelSelector: { matchLabels } });

/** Values with a server for each text, which stands wherever it may, and with all texts in what is there once. */
export function hostileValues(text: (index: number, kind: Kind) => string, more: object): object {
  const all = (kind: Kind) => hostileTexts.map((_, index) => text(index, kind));
  const map = Object.fromEntries(all('any').map((one) => [one, one]));
  // Of every object: the one text with all code points will do.
  const everywhere = { [text(0, 'any')]: text(0, 'any') };
  const isHere = (key: string) => (more as Record<string, object>)[key] ?? {};
  const hasPods = (more as { topology?: string }).topology !== 'sidecars';
  return {
    ...more,
    commonAnnotations: everywhere,
    bridge: {
      image: { repository: text(0, 'word') },
      path: `/${text(1, 'path')}`,
      loader: `/${text(2, 'path')}`,
      ...isHere('bridge'),
    },
    gateway: {
      image: { repository: text(3, 'word'), tag: text(4, 'word') },
      interceptors: all('any').map((one) => `before:exec:a${one}`),
      extraArgs: all('any').map((one) => `--a${one}`),
      extraEnv: Object.fromEntries(all('any').map((one, index) => [`E${index}`, one])),
      service: { annotations: map },
      serviceAccount: { annotations: map },
      podSecurityContext: { seLinuxOptions: { level: text(0, 'any') } },
      securityContext: { seLinuxOptions: { level: text(0, 'any') } },
      podAnnotations: map,
      tolerations: all('any').map((one) => ({ key: one, value: one })),
      affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [near(map)] } },
      topologySpreadConstraints: [{ ...spread, labelSelector: { matchLabels: map } }],
      resources: { claims: all('any').map((name) => ({ name })) },
    },
    networkPolicy: {
      gatewayFrom: [{ podSelector: { matchLabels: map } }],
      gatewayEgress: [{ to: [{ podSelector: { matchLabels: map } }] }],
      dns: { to: [{ podSelector: { matchLabels: map } }] },
      ...isHere('networkPolicy'),
    },
    exposure: {
      hosts: ['a.example.com'],
      path: `/${text(5, 'line')}`,
      tls: { issuerRef: { name: text(6, 'any'), kind: text(7, 'any'), group: text(8, 'any') } },
      ingress: { enabled: true, annotations: map },
      httpRoute: {
        enabled: true,
        parentRefs: [{ name: 'a', sectionName: 'https' }],
        filters: [{ type: 'x', ...map }],
        annotations: map,
      },
      route: { enabled: 'platform' in more, annotations: map },
    },
    externalSecrets: {
      enabled: true,
      secretStoreRef: { name: 'a' },
      remoteKey: `{key}${text(9, 'any')}`,
      remoteProperty: text(10, 'any'),
    },
    relay: { metricsFrom: [{ podSelector: { matchLabels: map } }], ...isHere('relay') },
    extraObjects: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'extra' },
        data: Object.fromEntries(all('template').map((one, index) => [`k${index}`, one])),
      },
    ],
    servers: Object.fromEntries(
      hostileTexts.flatMap((_, index) => {
        const of = (kind: Kind) => text(index, kind);
        return [
          [`s${index}`, server(of, hasPods)],
          [`h${index}`, { image: of('word'), http: { port: 8000 + index, path: `/${of('word')}` } }],
          [`r${index}`, { remote: { url: `https://h/${of('url')}`, headers: { [of('header')]: of('header') } } }],
        ];
      }),
    ),
  };
}

function server(of: (kind: Kind) => string, hasPods: boolean): object {
  const any = of('any');
  const map = { [any]: any };
  const volume = (name: string, source: object) => [
    name,
    { mountPath: `/${name}${of('segment')}`, subPath: any, ...source },
  ];
  return {
    description: any,
    image: of('word'),
    command: [any],
    args: [any, any],
    env: { A: any },
    secretEnv: { B: { name: 'b', key: 'b' } },
    workingDir: `/${of('path')}`,
    homeDir: `/${of('home')}`,
    hostAliases: [{ ip: any, hostnames: [any] }],
    prefix: any,
    tools: [any],
    allowTools: [any],
    egress: {
      mode: 'hosts',
      hosts: ['a.example.com:443', '10.0.0.5:53'],
      to: [{ podSelector: { matchLabels: map } }],
      ports: [{ port: any }],
    },
    podSecurityContext: { sysctls: [{ name: any, value: any }] },
    securityContext: { seLinuxOptions: { level: any } },
    resources: { claims: [{ name: any, request: any }] },
    volumes: Object.fromEntries([
      volume('a', { secret: { name: 'a', items: [{ key: 'a', path: any }] } }),
      volume('b', { csi: { driver: any, volumeAttributes: map } }),
      volume('c', { nfs: { server: any, path: `/${of('path')}` } }),
      volume('d', { image: { reference: any } }),
      volume('e', { persistentVolumeClaim: { size: '1Gi', storageClassName: any, ...(hasPods && { fill: true }) } }),
    ]),
    ...(hasPods && {
      podAnnotations: map,
      tolerations: [{ key: any, value: any }],
      affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [near(map)] } },
      topologySpreadConstraints: [{ ...spread, labelSelector: { matchLabels: map } }],
      serviceAccount: { annotations: map },
      autoscaling: { kind: 'keda', maxReplicas: 1, triggers: [{ type: 'x', metadata: map }] },
    }),
  };
}
