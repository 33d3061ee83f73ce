// Every value does something: full.values.yaml sets each key, and this table says where it must be in the manifests.
// fields.test.ts looks there; keys.test.ts holds that no key is missing here.

import { fullValues, type Manifest, oneServer, render } from './helm.ts';

/** Found once, when the first row asks for it: what cannot be rendered fails the rows that look at it, and no others. */
function lazy<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => (found ??= { value: find() }).value;
}

const full = lazy(() => render(fullValues));
const gateway = lazy(() => full().get('Deployment', 'gate'));
const pod = lazy(() => gateway().spec.template.spec);
const container = lazy(() => pod().containers[0]);
const args = lazy((): string[] => container().args);
const init = (name: string) => pod().initContainers.find((one: Manifest) => one.name === name);
const server = (name: string): Manifest => full().get('Deployment', `mcp-${name}`).spec.template;
const plain = lazy(() => server('plain').spec);
const own = lazy(() => server('own').spec);
const volumeOf = (name: string) => own().volumes.find((one: Manifest) => one.name === name);
const mountOf = (name: string) => own().containers[0].volumeMounts.find((one: Manifest) => one.name === name);
const envOf = (one: Manifest, name: string) => one.env.find((entry: Manifest) => entry.name === name);
const config = lazy(() => full().get('ConfigMap', 'gate-config').data);
const policy = (name: string) => full().get('NetworkPolicy', name).spec;
const everyObject = lazy(() => full().all.filter(({ metadata }) => !metadata.name.includes('extra')));
const part = { mountPath: '/root/.local', subPath: 'root/.local', readOnly: true, image: { reference: 'mcp/fetch' } };
const imageVolume = lazy(
  () =>
    render(
      oneServer({ volumes: { part } }, { bridge: { source: 'imageVolume', loader: '/lib/ld-musl-aarch64.so.1' } }),
    ).get('Deployment', 'mcp-time').spec.template.spec,
);
/** What needs OpenShift, or would change every image. */
const openshift = lazy(() =>
  render({
    platform: 'openshift',
    global: { imageRegistry: 'mirror.example.com' },
    exposure: { hosts: ['mcp.apps.example.com'], route: { enabled: true, annotations: { note: 'route' } } },
  }),
);
const relayed = lazy(() => render(fullValues, { args: ['--set', 'relay.enabled=true'] }));
const testPods = lazy(() => relayed().get('NetworkPolicy', 'gate-test').spec.podSelector);
const relayPod = lazy(() => relayed().get('Deployment', 'gate').spec.template.spec);
const relay = lazy(() => relayPod().initContainers[0]);
const relayConfig = lazy(() => JSON.parse(relayed().get('ConfigMap', 'gate-relay').data['config.json']) as Manifest);
const doored = lazy(() => render(fullValues, { args: ['--set', 'door.enabled=true,gateway.transport=streaming'] }));
const doorPod = lazy(() => doored().get('Deployment', 'gate').spec.template.spec);
const door = lazy(() => doorPod().containers.find((one: Manifest) => one.name === 'door'));
const doorConfig = lazy(() => JSON.parse(doored().get('ConfigMap', 'gate-door').data['config.json']) as Manifest);
const monitored = lazy(() =>
  render({
    servers: { time: { image: 'mcp/time', command: ['mcp-server-time'] } },
    exposure: { hosts: ['mcp.example.com'], ingress: { enabled: true }, tls: { issuerRef: { name: 'ca' } } },
    relay: { metricsFrom: [{ podSelector: {} }] },
    monitoring: {
      enabled: true,
      labels: { release: 'kps' },
      interval: '7s',
      alerts: { errorRatio: 0.25, slowSeconds: 3, runbooks: 'https://wiki.example.com/mcp' },
      dashboard: { labels: { dashboards: 'mcp' } },
      scrapeAnnotations: true,
      otlp: {
        endpoint: 'http://otel.monitoring:4317',
        tracesEndpoint: 'http://otel.monitoring:4318',
        sampleRatio: 0.5,
        to: [{ podSelector: { matchLabels: { app: 'otel' } } }],
      },
    },
  }),
);
const monitoredPod = lazy(() => monitored().get('Deployment', 'rel-mcpgen').spec.template);
const monitoredRelay = lazy(() => JSON.parse(monitored().get('ConfigMap', 'rel-mcpgen-relay').data['config.json']));
const podMonitor = lazy(() => monitored().get('PodMonitor', 'rel-mcpgen'));
const alert = (name: string): Manifest =>
  monitored()
    .get('PrometheusRule', 'rel-mcpgen')
    .spec.groups[0].rules.find((rule: Manifest) => rule.alert === name);
const openUrl = lazy(
  () =>
    render({
      servers: { far: { remote: { url: 'https://mcp.example.com/mcp?api_key=public', allowPlainCredentials: true } } },
    }).get('ConfigMap', 'rel-mcpgen-config').data['catalog.yaml'],
);
const elsewhere = lazy(() =>
  render({
    servers: {
      docs: {
        http: {
          url: 'http://docs.corp.example/mcp?api_key=public',
          transport: 'sse',
          headers: { Authorization: 'Bearer ${KEY}' },
          secrets: { KEY: { name: 'docs', key: 'key' } },
          egress: { to: [{ ipBlock: { cidr: '10.9.9.9/32' } }], ports: [8080] },
          allowPlainCredentials: true,
        },
      },
    },
  }),
);
const elsewhereRelay = lazy(
  () => JSON.parse(elsewhere().get('ConfigMap', 'rel-mcpgen-relay').data['config.json']).servers.docs as Manifest,
);
const web = lazy(() => render(oneServer({ http: { port: 8080, path: '/x' } })));
const route = lazy(() => openshift().get('Route', 'rel-mcpgen'));
const ingress = lazy(() => full().get('Ingress', 'gate'));
const httpRoute = lazy(() => full().get('HTTPRoute', 'gate'));
const certificate = lazy(() => full().get('Certificate', 'gate').spec);
const external = lazy(() => full().get('ExternalSecret', 'own-secrets').spec);
/** A server of each kind of autoscaler. */
const bounds = { minReplicas: 2, maxReplicas: 5, cpu: 70, memory: 80 };
const one = (autoscaling: object) => ({
  image: 'a',
  command: ['a'],
  resources: { requests: { cpu: '1' } },
  autoscaling,
});
const scaled = lazy(() =>
  render({
    servers: {
      none: one({ kind: 'none' }),
      hpa: one({
        kind: 'hpa',
        ...bounds,
        metrics: [
          { type: 'Pods', pods: { metric: { name: 'calls' }, target: { type: 'AverageValue', averageValue: '10' } } },
        ],
      }),
      keda: one({
        kind: 'keda',
        ...bounds,
        triggers: [{ type: 'prometheus' }],
        behavior: { scaleUp: { selectPolicy: 'Min' } },
      }),
      vpa: one({ kind: 'vpa', updateMode: 'Off', minAllowed: { memory: '64Mi' }, maxAllowed: { cpu: '2' } }),
    },
  }),
);
const hpa = lazy(() => scaled().get('HorizontalPodAutoscaler', 'mcp-hpa').spec);
const keda = lazy(() => scaled().get('ScaledObject', 'mcp-keda').spec);
const vpa = lazy(() => scaled().get('VerticalPodAutoscaler', 'mcp-vpa').spec);
const someDigest = `sha256:${'0'.repeat(64)}`;
const ofDigest = (part: string): string =>
  render(oneServer({}, { [part]: { image: { repository: 'other', tag: '1', digest: someDigest } } })).text;
const peer = (cidr: string) => [{ ipBlock: { cidr } }];
/** What the gateway's and a server's container have as a variable. */
const proxies = lazy(() => [container(), plain().containers[0]].map((one) => (name: string) => envOf(one, name).value));
const trusting = lazy((): Manifest[] => [pod(), plain(), own()]);

/** Of a value: what is to be looked at, and what it has to be (or contain). */
export const table: Record<string, () => [actual: unknown, expected: unknown]> = {
  nameOverride: () => [gateway().spec.selector.matchLabels['app.kubernetes.io/name'], 'other'],
  fullnameOverride: () => [full().get('Service', 'gate').kind, 'Service'],
  commonLabels: () => [
    [
      ...new Set(
        full()
          .pods()
          .map(({ labels }) => labels['team']),
      ),
    ],
    ['blue'],
  ],
  commonAnnotations: () => [
    [...new Set(everyObject().map(({ metadata }) => metadata.annotations?.contact))],
    ['blue@example.com'],
  ],
  imagePullSecrets: () => [
    full()
      .pods()
      .map(({ spec }) => spec.imagePullSecrets.at(-1).name),
    full()
      .pods()
      .map(() => 'registry-login'),
  ],

  'global.imageRegistry': () => [
    openshift().get('Deployment', 'rel-mcpgen').spec.template.spec.containers[0].image,
    'mirror.example.com/docker/mcp-gateway:v2',
  ],
  'global.imagePullSecrets': () => [
    full()
      .pods()
      .map(({ spec }) => spec.imagePullSecrets.map(({ name }: Manifest) => name)),
    full()
      .pods()
      .map(() => ['global-login', 'registry-login']),
  ],
  ipFamilyPolicy: () => [
    [
      ...new Set(
        relayed()
          .kind('Service')
          .map(({ spec }) => spec.ipFamilyPolicy),
      ),
    ],
    ['PreferDualStack'],
  ],
  ipFamilies: () => [
    relayed()
      .kind('Service')
      .map(({ spec }) => spec.ipFamilies.join()),
    'IPv6,IPv4',
  ],
  'proxy.http': () => [
    proxies().map((one) => one('http_proxy')),
    ['http://proxy.example.com:3128', 'http://proxy.example.com:3128'],
  ],
  'proxy.https': () => [
    proxies().map((one) => one('HTTPS_PROXY')),
    ['http://proxy.example.com:3129', 'http://proxy.example.com:3129'],
  ],
  'proxy.noProxy': () => [
    proxies().map((one) => one('NO_PROXY')),
    Array.from(
      { length: 2 },
      () => 'localhost,127.0.0.1,::1,.svc,.cluster.local,$(KUBERNETES_SERVICE_HOST),.example.org',
    ),
  ],
  'caBundle.configMap': () => [
    trusting().map(({ volumes }) => volumes.find(({ name }: Manifest) => name === 'mcpgen-ca').configMap),
    trusting().map(() => ({
      name: 'company-ca',
      items: [
        { key: 'bundle.pem', path: 'ca.crt' },
        { key: 'bundle.p12', path: 'java' },
      ],
    })),
  ],
  'caBundle.secret': () => [
    render(oneServer({}, { caBundle: { secret: 'company-ca' } }))
      .get('Deployment', 'mcp-time')
      .spec.template.spec.volumes.find(({ name }: Manifest) => name === 'mcpgen-ca').secret,
    { secretName: 'company-ca', items: [{ key: 'ca-bundle.crt', path: 'ca.crt' }] },
  ],
  'caBundle.key': () => [
    [...trusting().map(({ containers }) => containers[0]), relay()].map(
      (one) => envOf(one, 'NODE_EXTRA_CA_CERTS').value,
    ),
    Array.from({ length: 4 }, () => '/mcpgen-ca/ca.crt'),
  ],
  'caBundle.javaKey': () => [
    envOf(plain().containers[0], 'JAVA_TOOL_OPTIONS').value,
    '-Djavax.net.ssl.trustStore=/mcpgen-ca/java ',
  ],
  platform: () => [
    Object.keys(openshift().get('Deployment', 'rel-mcpgen').spec.template.spec.securityContext),
    ['runAsNonRoot', 'seccompProfile'],
  ],

  'gateway.image.repository': () => [container().image, 'mirror.example.com/gateway:v9'],
  'gateway.image.tag': () => [init('wait-for-servers').image, 'mirror.example.com/gateway:v9'],
  'gateway.image.digest': () => [render({ gateway: { image: { digest: someDigest } } }).text, `@${someDigest}`],
  'gateway.image.pullPolicy': () => [
    [container().imagePullPolicy, init('wait-for-servers').imagePullPolicy],
    ['Always', 'Always'],
  ],
  'gateway.replicas': () => [gateway().spec.replicas, 2],
  'gateway.autoscaling': () => [full().get('VerticalPodAutoscaler', 'gate').spec.targetRef.name, 'gate'],
  'gateway.podDisruptionBudget': () => [full().get('PodDisruptionBudget', 'gate').spec.maxUnavailable, 1],
  'gateway.transport': () => [args(), '--transport=sse'],
  'gateway.port': () => [
    [args(), container().ports[0].containerPort, policy('gate').ingress[0].ports[0].port],
    ['--port=9000', 9000, 9000],
  ],
  'gateway.longLived': () => [
    config()['catalog.yaml'],
    '"plain":\n    type: server\n    image: "example/plain"\n    longLived: false',
  ],
  'gateway.auth.existingSecret': () => [
    envOf(container(), 'MCP_GATEWAY_AUTH_TOKEN').valueFrom.secretKeyRef.name,
    'my-token',
  ],
  'gateway.auth.key': () => [envOf(container(), 'MCP_GATEWAY_AUTH_TOKEN').valueFrom.secretKeyRef.key, 'bearer'],
  'gateway.logCalls': () => [args(), '--log-calls=false'],
  'gateway.verbose': () => [args(), '--verbose=true'],
  'gateway.blockSecrets': () => [args(), '--block-secrets=false'],
  'gateway.interceptors': () => [args(), '--interceptor=before:exec:/bin/check'],
  'gateway.extraArgs': () => [args().at(-1), '--cpus=2'],
  'gateway.extraEnv': () => [
    ['DOCKER_MCP_METRICS_INTERVAL', 'COUNT', 'FLAG', 'RATIO', 'POD'].map((name) => {
      const { value, valueFrom } = envOf(container(), name);
      return value ?? valueFrom;
    }),
    ['5s', '1000000', 'false', '0.25', { fieldRef: { fieldPath: 'metadata.name' } }],
  ],
  'gateway.secretEnv': () => [envOf(container(), 'TRACE_KEY').valueFrom.secretKeyRef, { name: 'trace', key: 'key' }],
  'gateway.envFrom': () => [container().envFrom, [{ configMapRef: { name: 'gate-env' } }]],
  'gateway.volumes': () => [
    [pod().volumes.at(-1), container().volumeMounts.at(-1)],
    [
      { name: 'files', persistentVolumeClaim: { claimName: 'gate-files' } },
      { name: 'files', mountPath: '/files' },
    ],
  ],
  'gateway.initContainers': () => [init('first').image, 'mirror.example.com/first'],
  'gateway.extraContainers': () => [pod().containers[1].image, 'mirror.example.com/beside'],
  'gateway.automountServiceAccountToken': () => [pod().automountServiceAccountToken, true],
  'gateway.runtimeClassName': () => [pod().runtimeClassName, 'gate-runtime'],
  'gateway.schedulerName': () => [pod().schedulerName, 'gate-scheduler'],
  'gateway.dnsPolicy': () => [pod().dnsPolicy, 'ClusterFirst'],
  'gateway.dnsConfig': () => [
    [pod().dnsConfig, relayPod().dnsConfig],
    [{ searches: ['gate.example.com'] }, { searches: ['gate.example.com'], options: [{ name: 'ndots', value: '5' }] }],
  ],
  'gateway.hostAliases': () => [
    [pod().hostAliases, relayPod().hostAliases.at(-1)],
    [[{ ip: 'fd00::5', hostnames: ['gate-db'] }], { ip: 'fd00::5', hostnames: ['gate-db'] }],
  ],
  'gateway.terminationGracePeriodSeconds': () => [pod().terminationGracePeriodSeconds, 9],
  'gateway.deploymentStrategy': () => [gateway().spec.strategy, { type: 'Recreate' }],
  'gateway.revisionHistoryLimit': () => [gateway().spec.revisionHistoryLimit, 4],
  'gateway.minReadySeconds': () => [gateway().spec.minReadySeconds, 3],
  'gateway.deploymentAnnotations': () => [gateway().metadata.annotations.deployment, 'gate'],
  'gateway.lifecycle': () => [container().lifecycle, { preStop: { sleep: { seconds: 6 } } }],
  'gateway.startupProbe': () => [container().startupProbe.periodSeconds, 4],
  'gateway.readinessProbe': () => [container().readinessProbe.failureThreshold, 5],
  'gateway.livenessProbe': () => [container().livenessProbe.periodSeconds, 21],
  'gateway.waitForServers.optionalSeconds': () => [
    [init('wait-for-servers').args[3], relayConfig().startSeconds.optional],
    ['7', 7],
  ],
  'gateway.service.loadBalancerClass': () => [
    full().get('Service', 'gate').spec.loadBalancerClass,
    'example.com/internal',
  ],
  'gateway.service.loadBalancerSourceRanges': () => [
    full().get('Service', 'gate').spec.loadBalancerSourceRanges,
    ['10.0.0.0/8'],
  ],
  'gateway.service.externalTrafficPolicy': () => [full().get('Service', 'gate').spec.externalTrafficPolicy, 'Local'],
  'gateway.service.labels': () => [full().get('Service', 'gate').metadata.labels.pool, '1'],
  'gateway.waitForServers.enabled': () => [
    render({ gateway: { waitForServers: { enabled: false } } }).text,
    '--servers=',
  ],
  'gateway.waitForServers.timeoutSeconds': () => [init('wait-for-servers').args[2], '33'],
  'gateway.startup.timeoutSeconds': () => [container().startupProbe.failureThreshold, 31],
  'gateway.service.type': () => [full().get('Service', 'gate').spec.type, 'LoadBalancer'],
  'gateway.service.port': () => [full().get('Service', 'gate').spec.ports[0].port, 80],
  'gateway.service.sessionAffinity': () => [full().get('Service', 'gate').spec.sessionAffinity, 'ClientIP'],
  'gateway.service.appProtocol': () => [full().get('Service', 'gate').spec.ports[0].appProtocol, 'kgateway.dev/mcp'],
  'gateway.service.annotations': () => [full().get('Service', 'gate').metadata.annotations.svc, '1'],
  'gateway.serviceAccount.create': () => [
    render({ gateway: { serviceAccount: { create: false } } }).kind('ServiceAccount'),
    [],
  ],
  'gateway.serviceAccount.name': () => [pod().serviceAccountName, 'gate-account'],
  'gateway.serviceAccount.annotations': () => [
    full().get('ServiceAccount', 'gate-account').metadata.annotations.cloud,
    'gate',
  ],
  'gateway.resources': () => [container().resources.limits, { cpu: '3', memory: '1Gi' }],
  'gateway.podSecurityContext': () => [pod().securityContext.runAsUser, 70000],
  'gateway.securityContext': () => [container().securityContext.procMount, 'Default'],
  'gateway.hostUsers': () => [pod().hostUsers, false],
  'gateway.podLabels': () => [gateway().spec.template.metadata.labels.pod, 'gate'],
  'gateway.podAnnotations': () => [gateway().spec.template.metadata.annotations.note, 'gate'],
  'gateway.nodeSelector': () => [pod().nodeSelector, { disk: 'ssd' }],
  'gateway.tolerations': () => [pod().tolerations[0].key, 'gate'],
  'gateway.affinity': () => [Object.keys(pod().affinity), ['nodeAffinity']],
  'gateway.topologySpreadConstraints': () => [pod().topologySpreadConstraints[0].maxSkew, 1],
  'gateway.priorityClassName': () => [pod().priorityClassName, 'gate-priority'],

  topology: () => [
    render(oneServer({}, { topology: 'sidecars' }))
      .names()
      .filter((name) => name.startsWith('Deployment')),
    ['Deployment/rel-mcpgen'],
  ],
  'bridge.source': () => [imageVolume().volumes[0].image.reference, 'docker/mcp-gateway:v2'],
  'bridge.loader': () => [imageVolume().containers[0].command[0], '/bridge-image/lib/ld-musl-aarch64.so.1'],
  'bridge.image.repository': () => [own().initContainers[0].image, 'mirror.example.com/bridge:1'],
  'bridge.image.tag': () => [own().initContainers[0].image, 'mirror.example.com/bridge:1'],
  'bridge.image.digest': () => [ofDigest('bridge'), `other@${someDigest}`],
  'bridge.image.pullPolicy': () => [own().initContainers[0].imagePullPolicy, 'IfNotPresent'],
  'bridge.path': () => [own().initContainers[0].command, '/misc/other-bridge'],
  'bridge.resources': () => [own().initContainers[0].resources.limits.cpu, '2'],

  'relay.enabled': () => [
    [
      full()
        .names()
        .filter((name) => name.includes('relay')),
      relay().name,
      relayPod().hostAliases[0],
    ],
    [[], 'relay', { ip: '127.0.1.1', hostnames: ['mcp-own'] }],
  ],
  'door.enabled': () => [
    [
      pod().containers.map(({ name }: Manifest) => name),
      full().get('Service', 'gate').spec.ports[0].targetPort,
      doored().get('Service', 'gate').spec.ports[0].targetPort,
      door().env[0],
    ],
    [['gateway', 'beside'], 'http', 'door', container().env[0]],
  ],
  'door.port': () => [
    [
      door().ports[0].containerPort,
      doorConfig().listen,
      doored().get('NetworkPolicy', 'gate').spec.ingress[3].ports[0].port,
    ],
    [8822, ':8822', 8822],
  ],
  'door.adminPort': () => [
    [door().ports[1].containerPort, doorConfig().admin],
    [9192, ':9192'],
  ],
  'door.hosts': () => [doorConfig().hosts, 'tools.example.com'],
  'door.origins': () => [doorConfig().origins, ['https://app.example.com']],
  'door.keysSecret': () => [
    [doorPod().volumes.find((one: Manifest) => one.name === 'door-keys').secret, doorConfig().keys],
    [{ secretName: 'machine-keys', optional: true }, '/door-keys'],
  ],
  'door.url': () => [doorConfig().resource, 'https://tools.example.com/mcp'],
  'door.issuers': () => [
    [doorConfig().issuers[0], envOf(door(), 'ISSUER_0').valueFrom.secretKeyRef],
    [
      {
        url: 'https://id.example.com/realms/a',
        jwksUrl: 'https://keys.example.com/a',
        algorithms: ['ES256'],
        userClaim: 'email',
        groupsClaim: 'roles',
        prefix: 'a:',
        introspection: { url: 'http://id.example.com:8080/introspect', clientId: 'door', secretVariable: 'ISSUER_0' },
      },
      { name: 'id', key: 'secret' },
    ],
  ],
  'door.scopes': () => [doorConfig().scopes, ['mcp:use']],
  'door.rules': () => [
    doorConfig().rules,
    [{ groups: ['dev'], servers: ['own'], tools: ['get_*'] }, { users: ['root'] }],
  ],
  'door.limits.connections': () => [doorConfig().limits.connections, 11],
  'door.limits.headerKiB': () => [doorConfig().limits.headerKiB, 12],
  'door.limits.bodyKiB': () => [doorConfig().limits.bodyKiB, 13],
  'door.limits.answerMiB': () => [doorConfig().limits.answerMiB, 14],
  'door.limits.requestSeconds': () => [doorConfig().limits.requestSeconds, 15],
  'door.limits.callsPerMinute': () => [doorConfig().limits.callsPerMinute, 16],
  'door.limits.sessions': () => [doorConfig().limits.sessions, 17],
  'door.waitSeconds': () => [doorConfig().waitSeconds, 18],
  'door.idleSeconds': () => [doorConfig().idleSeconds, 190],
  'door.drainSeconds': () => [
    [doorConfig().drainSeconds, doorPod().containers[0].lifecycle],
    [4, container().lifecycle],
  ],
  'door.logLevel': () => [doorConfig().logLevel, 'warn'],
  'door.metricsFrom': () => [
    doored().get('NetworkPolicy', 'gate').spec.ingress[2],
    { ports: [{ port: 9192, protocol: 'TCP' }], from: [{ namespaceSelector: { matchLabels: { team: 'metrics' } } }] },
  ],
  'door.resources': () => [door().resources.limits, { cpu: '2', memory: '99Mi' }],
  'relay.releaseNames': () => [
    [
      relayed().names(),
      render(fullValues, { args: ['--set', 'relay.enabled=true,relay.releaseNames=true'] }).names(),
    ].map((names) => names.filter((name) => name.startsWith('Service/'))),
    [
      ['Service/gate', 'Service/gate-relay', 'Service/gate-servers', 'Service/mcp-own', 'Service/mcp-plain'],
      ['Service/gate', 'Service/gate-relay', 'Service/gate-servers', 'Service/rel-mcp-own', 'Service/rel-mcp-plain'],
    ],
  ],
  'relay.image.repository': () => [relay().image, 'mirror.example.com/node:24'],
  'relay.image.tag': () => [relay().image, 'mirror.example.com/node:24'],
  'relay.image.digest': () => [ofDigest('relay'), `other@${someDigest}`],
  'relay.image.pullPolicy': () => [relay().imagePullPolicy, 'Never'],
  'relay.port': () => [
    [relay().ports[0].containerPort, relayConfig().listen.metrics],
    [9191, ':9191'],
  ],
  'relay.warm.min': () => [relayConfig().defaults.warm.min, 2],
  'relay.warm.max': () => [relayConfig().defaults.warm.max, 6],
  'relay.idleSeconds': () => [relayConfig().defaults.idleSeconds, 60],
  'relay.abandonedSeconds': () => [relayConfig().defaults.abandonedSeconds, 3600],
  'relay.toolDefinitions': () => [relayConfig().toolDefinitions, 'enforce'],
  'relay.callSilenceSeconds': () => [relayConfig().defaults.callSilenceSeconds, 61],
  'relay.reconnectSeconds': () => [relayConfig().defaults.reconnectSeconds, 2.5],
  'relay.maxMessageMiB': () => [relayConfig().defaults.maxMessageMiB, 5],
  'relay.sharedProcesses': () => [relayConfig().defaults.sharedProcesses, 2],
  'relay.connectTimeoutSeconds': () => [relayConfig().defaults.connectTimeoutSeconds, 3],
  'relay.handshakeTimeoutSeconds': () => [
    [relayConfig().defaults.handshakeTimeoutSeconds, relayConfig().servers.plain.handshakeTimeoutSeconds],
    [50, undefined],
  ],
  'relay.initializeSeconds': () => [relayConfig().defaults.initializeSeconds, 11],
  'relay.logLevel': () => [relayConfig().logLevel, 'debug'],
  'relay.secretEnv': () => [envOf(relay(), 'UPSTREAM').valueFrom.secretKeyRef, { name: 'upstream', key: 'token' }],
  'relay.metricsFrom': () => [
    relayed().get('NetworkPolicy', 'gate').spec.ingress[1],
    {
      ports: [{ port: 9191, protocol: 'TCP' }],
      from: [{ namespaceSelector: { matchLabels: { metrics: 'true' } } }, { podSelector: testPods() }],
    },
  ],
  'relay.resources': () => [
    [relay().resources.limits, relay().command],
    [{ cpu: '1', memory: '128Mi' }, '--max-old-space-size=64'],
  ],

  'defaults.imagePullPolicy': () => [plain().containers[0].imagePullPolicy, 'Always'],
  'defaults.replicas': () => [full().get('Deployment', 'mcp-plain').spec.replicas, 3],
  'defaults.autoscaling': () => [
    full()
      .kind('VerticalPodAutoscaler')
      .map(({ spec }) => spec.targetRef.name),
    ['gate', 'mcp-plain'],
  ],
  'defaults.podDisruptionBudget': () => [full().get('PodDisruptionBudget', 'mcp-plain').spec.minAvailable, '50%'],
  'defaults.required': () => [init('wait-for-servers').args.join(' '), 'optional=plain@'],
  'defaults.startSeconds': () => [
    [plain().containers[0].command, plain().containers[0].startupProbe.failureThreshold],
    ['46', 121],
  ],
  'defaults.env': () => [
    ['REGION', 'NODE'].map(
      (name) => envOf(plain().containers[0], name).value ?? envOf(plain().containers[0], name).valueFrom,
    ),
    ['eu', { fieldRef: { fieldPath: 'spec.nodeName' } }],
  ],
  'defaults.secretEnv': () => [
    envOf(own().containers[0], 'SHARED').valueFrom.secretKeyRef,
    { name: 'shared-secret', key: 'key' },
  ],
  'defaults.envFrom': () => [plain().containers[0].envFrom, [{ secretRef: { name: 'shared-env' } }]],
  'defaults.volumes': () => [
    [plain().volumes.at(-1), plain().containers[0].volumeMounts.at(-1)],
    [
      { name: 'shared', configMap: { name: 'shared-files' } },
      { name: 'shared', mountPath: '/shared' },
    ],
  ],
  'defaults.automountServiceAccountToken': () => [plain().automountServiceAccountToken, true],
  'defaults.schedulerName': () => [plain().schedulerName, 'any-scheduler'],
  'defaults.dnsPolicy': () => [plain().dnsPolicy, 'Default'],
  'defaults.dnsConfig': () => [plain().dnsConfig, { options: [{ name: 'timeout', value: '2' }] }],
  'defaults.hostAliases': () => [plain().hostAliases, [{ ip: 'fd00::6', hostnames: ['any-db'] }]],
  'defaults.revisionHistoryLimit': () => [full().get('Deployment', 'mcp-plain').spec.revisionHistoryLimit, 5],
  'defaults.minReadySeconds': () => [full().get('Deployment', 'mcp-plain').spec.minReadySeconds, 4],
  'defaults.deploymentAnnotations': () => [
    full().get('Deployment', 'mcp-plain').metadata.annotations.deployment,
    'any',
  ],
  'defaults.lifecycle': () => [plain().containers[0].lifecycle, { preStop: { sleep: { seconds: 7 } } }],
  'defaults.startupProbe': () => [plain().containers[0].startupProbe.periodSeconds, 2],
  'defaults.readinessProbe': () => [plain().containers[0].readinessProbe.periodSeconds, 11],
  'defaults.livenessProbe': () => [
    [plain().containers[0].livenessProbe.exec.command.at(-1), plain().containers[0].livenessProbe.failureThreshold],
    ['/bridge/is-ready.sh', 9],
  ],
  'defaults.service.labels': () => [full().get('Service', 'mcp-plain').metadata.labels.service, 'any'],
  'defaults.service.annotations': () => [
    full().get('Service', 'mcp-plain').metadata.annotations['service-note'],
    'any',
  ],
  'defaults.homeDir': () => [envOf(plain().containers[0], 'HOME').value, '/home/other'],
  'defaults.scratchSizeLimit': () => [plain().volumes.map((one: Manifest) => one.emptyDir?.sizeLimit), '1Gi'],
  'defaults.egress.mode': () => [
    policy('mcp-plain').egress,
    [policy('gate').egress[0], { to: peer('10.1.0.0/16'), ports: [{ port: 8443, protocol: 'TCP' }] }],
  ],
  'defaults.egress.hosts': () => [
    render(oneServer({}, { defaults: { egress: { mode: 'hosts', hosts: ['a.example.com:8443'] } } })).get(
      'NetworkPolicy',
      'mcp-time',
    ).spec.egress[1].ports,
    [{ port: 8443, protocol: 'TCP' }],
  ],
  'defaults.egress.to': () => [policy('mcp-plain').egress[1].to, peer('10.1.0.0/16')],
  'defaults.egress.ports': () => [policy('mcp-plain').egress[1].ports[0].port, 8443],
  'defaults.serviceAccount.create': () => [
    full()
      .names()
      .filter((name) => name === 'ServiceAccount/shared-account'),
    [],
  ],
  'defaults.serviceAccount.name': () => [plain().serviceAccountName, 'shared-account'],
  'defaults.serviceAccount.annotations': () => [
    render(oneServer({}, { defaults: { serviceAccount: { annotations: { cloud: 'all' } } } })).get(
      'ServiceAccount',
      'mcp-time',
    ).metadata.annotations,
    { cloud: 'all' },
  ],
  'defaults.resources': () => [plain().containers[0].resources.limits, { cpu: '1', memory: '3Gi' }],
  'defaults.podSecurityContext': () => [
    [plain().securityContext.runAsUser, plain().securityContext.fsGroup],
    [3000, 1000],
  ],
  'defaults.securityContext': () => [plain().containers[0].securityContext.runAsUser, 3001],
  'defaults.hostUsers': () => [plain().hostUsers, false],
  'defaults.runtimeClassName': () => [plain().runtimeClassName, 'gvisor'],
  'defaults.priorityClassName': () => [plain().priorityClassName, 'low'],
  'defaults.terminationGracePeriodSeconds': () => [plain().terminationGracePeriodSeconds, 7],
  'defaults.deploymentStrategy': () => [full().get('Deployment', 'mcp-plain').spec.strategy, { type: 'Recreate' }],
  'defaults.podLabels': () => [server('plain').metadata.labels.pod, 'any'],
  'defaults.podAnnotations': () => [server('plain').metadata.annotations.note, 'any'],
  'defaults.nodeSelector': () => [plain().nodeSelector, { disk: 'hdd' }],
  'defaults.tolerations': () => [plain().tolerations[0].key, 'any'],
  'defaults.affinity': () => [Object.keys(plain().affinity), ['podAffinity']],
  'defaults.topologySpreadConstraints': () => [plain().topologySpreadConstraints[0].maxSkew, 2],

  'server.enabled': () => [
    full()
      .names()
      .filter((name) => name.includes('off')),
    [],
  ],
  'server.description': () => [
    full().get('Deployment', 'mcp-own').metadata.annotations['kubernetes.io/description'],
    'Has settings of its own',
  ],
  'server.image': () => [own().containers[0].image, `example/own:1@sha256:${'0'.repeat(64)}`],
  'server.imagePullPolicy': () => [own().containers[0].imagePullPolicy, 'Never'],
  'server.command': () => [own().containers[0].args.slice(0, 2), ['/own', 'run']],
  'server.args': () => [own().containers[0].args.slice(2), ['--port', '80', 'a&b <c>']],
  'server.env': () => [
    ['LEVEL', 'COUNT', 'HEADER'].map((name) => envOf(own().containers[0], name).value),
    ['info', '1000000', 'Bearer $(API_KEY)'],
  ],
  'server.secretEnv': () => [
    envOf(own().containers[0], 'API_KEY').valueFrom.secretKeyRef,
    { name: 'own-secrets', key: 'api-key', optional: true },
  ],
  'server.envFrom': () => [own().containers[0].envFrom, [{ prefix: 'A_', configMapRef: { name: 'own-env' } }]],
  'server.startSeconds': () => [
    [own().containers[0].command, relayConfig().servers.own.handshakeTimeoutSeconds],
    ['90', 90],
  ],
  'server.relay': () => [relayConfig().servers.own.warm, { min: 0, max: 2 }],
  'server.automountServiceAccountToken': () => [own().automountServiceAccountToken, false],
  'server.schedulerName': () => [own().schedulerName, 'own-scheduler'],
  'server.dnsPolicy': () => [own().dnsPolicy, 'ClusterFirst'],
  'server.dnsConfig': () => [own().dnsConfig.nameservers, ['fd00::53']],
  'server.revisionHistoryLimit': () => [full().get('Deployment', 'mcp-own').spec.revisionHistoryLimit, 6],
  'server.minReadySeconds': () => [full().get('Deployment', 'mcp-own').spec.minReadySeconds, 5],
  'server.deploymentAnnotations': () => [full().get('Deployment', 'mcp-own').metadata.annotations.deployment, 'own'],
  'server.lifecycle': () => [own().containers[0].lifecycle, { postStart: { exec: { command: ['true'] } } }],
  'server.startupProbe': () => [own().containers[0].startupProbe.failureThreshold, 300],
  'server.readinessProbe': () => [
    own().containers[0].readinessProbe,
    { exec: { command: ['/ready'] }, periodSeconds: 10, timeoutSeconds: 5 },
  ],
  'server.livenessProbe': () => [own().containers[0].livenessProbe.exec.command, ['/alive']],
  'server.service': () => [
    [full().get('Service', 'mcp-own').metadata.labels.service, full().get('Service', 'mcp-own').metadata.annotations],
    ['own', { contact: 'blue@example.com', 'service-note': 'own' }],
  ],
  'server.http': () => [
    render(oneServer({ http: { port: 8080 } })).get('Service', 'mcp-time').spec.ports[0].port,
    8080,
  ],
  'server.volumes': () => [Object.keys(volumeOf('claim')), ['name', 'persistentVolumeClaim']],
  'server.workingDir': () => [own().containers[0].workingDir, '/work'],
  'server.homeDir': () => [mountOf('mcpgen-home').mountPath, '/home/own'],
  'server.scratchSizeLimit': () => [
    [volumeOf('mcpgen-tmp').emptyDir.sizeLimit, volumeOf('empty').emptyDir.sizeLimit],
    ['2Gi', '2Gi'],
  ],
  'server.egress': () => [
    policy('mcp-own').egress,
    [
      {
        to: peer('169.254.20.10/32'),
        ports: [
          { port: 5353, protocol: 'UDP' },
          { port: 5353, protocol: 'TCP' },
        ],
      },
      { to: peer('10.0.0.5/32'), ports: [{ port: 5432, protocol: 'TCP' }] },
      {
        to: [
          { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } },
          { ipBlock: { cidr: '::/0', except: ['fc00::/7'] } },
        ],
        ports: [{ port: 443, protocol: 'TCP' }],
      },
      { to: peer('10.2.0.0/16'), ports: [{ port: 9000, endPort: 9010, protocol: 'UDP' }] },
    ],
  ],
  'server.hostAliases': () => [own().hostAliases, [{ ip: '10.0.0.5', hostnames: ['db'] }]],
  'server.tools': () => [config()['catalog.yaml'], 'tools: [{name: "one"}, {name: "two"}]'],
  'server.allowTools': () => [
    [config()['tools.yaml'], args()],
    ['"own": ["one"]', '--tools-config=/home/mcp/.docker/mcp/catalogs/tools.yaml'],
  ],
  'server.toolDefinitions': () => [relayConfig().servers.own.toolDefinitions, { one: `sha256:${'1'.repeat(64)}` }],
  'server.prefix': () => [config()['catalog.yaml'], 'prefix: "own"'],
  'server.longLived': () => [config()['catalog.yaml'], 'longLived: true'],
  'server.stateful': () => [
    relayConfig().servers.own,
    {
      listen: '127.0.1.1:4444',
      target: 'mcp-own.ns.svc:4444',
      unready: 'mcp-own.gate-servers.ns.svc:4444',
      required: true,
      // `own` is longLived, and would be never idle without a setting of its own().
      idleSeconds: 5,
      warm: { min: 0, max: 2 },
      handshakeTimeoutSeconds: 90,
      stateful: true,
      prefix: 'own',
      allowTools: ['one'],
      toolDefinitions: { one: `sha256:${'1'.repeat(64)}` },
    },
  ],
  'server.required': () => [init('wait-for-servers').args.join(' '), 'required=own@'],
  'server.replicas': () => [full().get('Deployment', 'mcp-own').spec.replicas, 4],
  'server.autoscaling': () => [
    full()
      .kind('VerticalPodAutoscaler')
      .filter(({ metadata }) => metadata.name === 'mcp-own'),
    [],
  ],
  'server.podDisruptionBudget': () => [full().get('PodDisruptionBudget', 'mcp-own').spec.maxUnavailable, 2],
  'server.resources': () => [own().containers[0].resources.limits, { cpu: '1', memory: '4Gi' }],
  'server.podSecurityContext': () => [own().securityContext.runAsUser, 4000],
  'server.securityContext': () => [own().containers[0].securityContext.readOnlyRootFilesystem, false],
  'server.serviceAccount': () => [full().get('ServiceAccount', 'own-account').metadata.annotations.cloud, 'own'],
  'server.hostUsers': () => [own().hostUsers, undefined],
  'server.runtimeClassName': () => [own().runtimeClassName, 'kata'],
  'server.priorityClassName': () => [own().priorityClassName, 'high'],
  'server.terminationGracePeriodSeconds': () => [own().terminationGracePeriodSeconds, 8],
  'server.deploymentStrategy': () => [full().get('Deployment', 'mcp-own').spec.strategy, { type: 'RollingUpdate' }],
  'server.podLabels': () => [server('own').metadata.labels.pod, 'own'],
  'server.podAnnotations': () => [server('own').metadata.annotations.note, 'own'],
  'server.nodeSelector': () => [own().nodeSelector, { disk: 'nvme' }],
  'server.tolerations': () => [own().tolerations[0].key, 'own'],
  'server.affinity': () => [Object.keys(own().affinity), ['podAffinity', 'podAntiAffinity']],
  'server.topologySpreadConstraints': () => [own().topologySpreadConstraints[0].maxSkew, 3],
  'server.remote': () => [
    config()['catalog.yaml'],
    'url: "https://mcp.example.com:8443/mcp"\n      transport_type: sse',
  ],

  'volume.mountPath': () => [mountOf('claim').mountPath, '/claim'],
  'volume.subPath': () => [mountOf('claim').subPath, 'part'],
  'volume.readOnly': () => [mountOf('existing').readOnly, true],
  'volume.persistentVolumeClaim': () => [
    [volumeOf('claim').persistentVolumeClaim, full().get('PersistentVolumeClaim', 'mcp-own-claim').spec],
    [
      { claimName: 'mcp-own-claim' },
      { accessModes: ['ReadWriteMany'], storageClassName: '', resources: { requests: { storage: '2Gi' } } },
    ],
  ],
  'volume.existingClaim': () => [volumeOf('existing').persistentVolumeClaim, { claimName: 'shared-files' }],
  'volume.sameAs': () => [
    [own().containers[0].volumeMounts.filter((one: Manifest) => one.name === 'claim').length, volumeOf('twice')],
    [2, undefined],
  ],
  'volume.secret': () => [
    volumeOf('secret').secret,
    { secretName: 'files', items: [{ key: 'a', path: 'b', mode: 256 }], defaultMode: 288, optional: true },
  ],
  'volume.configMap': () => [volumeOf('config').configMap, { name: 'settings' }],
  'volume.emptyDir': () => [volumeOf('empty').emptyDir, { medium: 'Memory', sizeLimit: '2Gi' }],
  'volume.nfs': () => [volumeOf('nfs').nfs, { server: 'nfs.example.com', path: '/export' }],
  'volume.image': () => [
    imageVolume().volumes.find(({ name }: Manifest) => name === 'part'),
    { name: 'part', image: { reference: 'mcp/fetch' } },
  ],
  'volume.projected': () => [volumeOf('projected').projected.sources[0].serviceAccountToken.expirationSeconds, 600],
  'volume.downwardAPI': () => [volumeOf('fields').downwardAPI.items[0].path, 'labels'],
  'volume.csi': () => [volumeOf('csi').csi, { driver: 'secrets-store.csi.k8s.io', readOnly: true }],

  'autoscaling.kind': () => [
    ['hpa', 'keda', 'vpa', 'none'].map(
      (name) =>
        scaled()
          .names()
          .filter((one) => one.endsWith(`/mcp-${name}`)).length,
    ),
    [4, 4, 4, 3],
  ],
  'autoscaling.minReplicas': () => [
    [hpa().minReplicas, keda().minReplicaCount],
    [2, 2],
  ],
  'autoscaling.maxReplicas': () => [
    [hpa().maxReplicas, keda().maxReplicaCount],
    [5, 5],
  ],
  'autoscaling.cpu': () => [
    [hpa().metrics[0].resource, keda().triggers[0]],
    [
      { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
      { type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } },
    ],
  ],
  'autoscaling.memory': () => [
    [hpa().metrics[1].resource.name, keda().triggers[1].type],
    ['memory', 'memory'],
  ],
  'autoscaling.metrics': () => [hpa().metrics[2].pods.metric, { name: 'calls' }],
  'autoscaling.triggers': () => [keda().triggers[2].type, 'prometheus'],
  'autoscaling.behavior': () => [
    [hpa().behavior.scaleDown.stabilizationWindowSeconds, keda().advanced.horizontalPodAutoscalerConfig.behavior],
    [3600, { scaleUp: { selectPolicy: 'Min' } }],
  ],
  'autoscaling.updateMode': () => [vpa().updatePolicy, { updateMode: 'Off' }],
  'autoscaling.minAllowed': () => [vpa().resourcePolicy.containerPolicies[0].minAllowed, { memory: '64Mi' }],
  'autoscaling.maxAllowed': () => [vpa().resourcePolicy.containerPolicies[0].maxAllowed, { cpu: '2' }],

  'http.port': () => [web().get('Service', 'mcp-time').spec.ports[0].port, 8080],
  'http.path': () => [web().get('ConfigMap', 'rel-mcpgen-relay').data['config.json'], 'http://mcp-time.ns.svc:8080/x'],
  'http.url': () => [elsewhereRelay().url, 'http://docs.corp.example/mcp?api_key=public'],
  'http.transport': () => [elsewhereRelay().transport, 'sse'],
  'http.headers': () => [elsewhereRelay().headers.Authorization, 'Bearer ${HTTP_'],
  'http.secrets': () => [
    elsewhere().get('Deployment', 'rel-mcpgen').spec.template.spec.initContainers[0].env.at(-1).valueFrom.secretKeyRef,
    { name: 'docs', key: 'key', optional: true },
  ],
  'http.egress': () => [
    elsewhere().get('NetworkPolicy', 'rel-mcpgen').spec.egress.at(-1),
    { to: [{ ipBlock: { cidr: '10.9.9.9/32' } }], ports: [{ port: 8080, protocol: 'TCP' }] },
  ],
  'http.allowPlainCredentials': () => [elsewhereRelay().url, 'api_key=public'],

  'remote.url': () => [policy('gate').egress[2].ports, [{ port: 8443, protocol: 'TCP' }]],
  'remote.transport': () => [config()['catalog.yaml'], 'transport_type: sse'],
  'remote.headers': () => [config()['catalog.yaml'], '{"Authorization":"Bearer ${KEY}","X-Plain":"plain"}'],
  'remote.allowPlainCredentials': () => [openUrl(), 'https://mcp.example.com/mcp?api_key=public'],
  'remote.secrets': () => [
    [init('write-secrets').args.slice(0, 3), init('write-secrets').env, config()['catalog.yaml']],
    [
      ['/scripts/write-secrets.sh', '/run/mcpgen', 'far.KEY far-secrets api-key'],
      [{ name: 'SECRET_0', valueFrom: { secretKeyRef: { name: 'far-secrets', key: 'api-key', optional: true } } }],
      '{name: "far.KEY", env: "KEY"}',
    ],
  ],

  'networkPolicy.enabled': () => [
    render(oneServer({}, { networkPolicy: { enabled: false } })).kind('NetworkPolicy'),
    [],
  ],
  'networkPolicy.flavor': () => [
    full()
      .kind('NetworkPolicy')
      .map(({ apiVersion }) => apiVersion),
    'networking.k8s.io/v1',
  ],
  'networkPolicy.gatewayFrom': () => [
    policy('gate').ingress[0].from[0],
    { namespaceSelector: { matchLabels: { clients: 'true' } } },
  ],
  'networkPolicy.gatewayEgress': () => [policy('gate').egress.at(-1).to, peer('10.9.0.0/16')],
  'networkPolicy.dns.to': () => [policy('gate').egress[0].to, peer('169.254.20.10/32')],
  'networkPolicy.dns.ports': () => [policy('gate').egress[0].ports[0].port, 5353],
  'networkPolicy.privateRanges.ipv4': () => [policy('gate').egress[2].to[0].ipBlock.except, ['10.0.0.0/8']],
  'networkPolicy.privateRanges.ipv6': () => [policy('gate').egress[2].to[1].ipBlock.except, ['fc00::/7']],
  'exposure.hosts': () => [
    [httpRoute().spec.hostnames, ingress().spec.rules.map(({ host }: Manifest) => host), certificate().dnsNames],
    [['mcp.example.com'], ['mcp.example.com'], ['mcp.example.com']],
  ],
  'exposure.path': () => [
    [httpRoute().spec.rules[0].matches[0].path.value, ingress().spec.rules[0].http.paths[0].path],
    ['/', '/'],
  ],
  'exposure.timeoutSeconds': () => [
    [
      httpRoute().spec.rules[0].timeouts,
      ingress().metadata.annotations['nginx.ingress.kubernetes.io/proxy-read-timeout'],
    ],
    [{ request: '7200s', backendRequest: '7200s' }, '7200'],
  ],
  'exposure.service.name': () => [
    [httpRoute().spec.rules[0].backendRefs[0].name, ingress().spec.rules[0].http.paths[0].backend.service.name],
    ['login-proxy', 'login-proxy'],
  ],
  'exposure.service.port': () => [
    [httpRoute().spec.rules[0].backendRefs[0].port, ingress().spec.rules[0].http.paths[0].backend.service.port.number],
    [4180, 4180],
  ],
  'exposure.tls.secretName': () => [
    [ingress().spec.tls[0].secretName, certificate().secretName],
    ['mcp-tls', 'mcp-tls'],
  ],
  'exposure.tls.issuerRef': () => [certificate().issuerRef, { name: 'lets-encrypt', kind: 'ClusterIssuer' }],
  'exposure.tls.allowInsecure': () => [
    render({ exposure: { hosts: ['a.b'], ingress: { enabled: true }, tls: { allowInsecure: true } } }).kind(
      'Ingress',
    )[0].spec.tls,
    undefined,
  ],
  'exposure.ingress.enabled': () => [render({ exposure: { hosts: ['a.b'] } }).kind('Ingress'), []],
  'exposure.ingress.className': () => [ingress().spec.ingressClassName, 'public'],
  'exposure.ingress.controller': () => [
    ingress().metadata.annotations['nginx.ingress.kubernetes.io/proxy-buffering'],
    'off',
  ],
  'exposure.ingress.annotations': () => [ingress().metadata.annotations.note, 'ingress'],
  'exposure.httpRoute.enabled': () => [render({ exposure: { hosts: ['a.b'] } }).kind('HTTPRoute'), []],
  'exposure.httpRoute.parentRefs': () => [httpRoute().spec.parentRefs, [{ name: 'edge', sectionName: 'https' }]],
  'exposure.httpRoute.filters': () => [
    httpRoute().spec.rules[0].filters[0].requestHeaderModifier,
    { remove: ['Origin'] },
  ],
  'exposure.httpRoute.annotations': () => [httpRoute().metadata.annotations.note, 'route'],
  'exposure.route.enabled': () => [route().spec.host, 'mcp.apps.example.com'],
  'exposure.route.annotations': () => [
    route().metadata.annotations,
    { 'haproxy.router.openshift.io/timeout': '3600s', note: 'route' },
  ],

  'externalSecrets.enabled': () => [
    render(oneServer({ secretEnv: { KEY: { name: 'a', key: 'b' } } })).kind('ExternalSecret'),
    [],
  ],
  'externalSecrets.secretStoreRef': () => [external().secretStoreRef, { name: 'vault', kind: 'ClusterSecretStore' }],
  'externalSecrets.refreshInterval': () => [external().refreshInterval, '10m'],
  'externalSecrets.remoteKey': () => [external().data[0].remoteRef.key, 'mcp/own-secrets'],
  'externalSecrets.remoteProperty': () => [external().data[0].remoteRef.property, 'x-api-key'],
  'externalSecrets.exclude': () => [
    full()
      .kind('ExternalSecret')
      .map(({ metadata }) => metadata.name),
    ['far-secrets', 'files', 'own-secrets', 'shared-env', 'shared-secret', 'trace', 'upstream'],
  ],
  'monitoring.enabled': () => [podMonitor().spec.podMetricsEndpoints[0].port, 'relay'],
  'monitoring.labels': () => [podMonitor().metadata.labels.release, 'kps'],
  'monitoring.interval': () => [podMonitor().spec.podMetricsEndpoints[0].interval, '7s'],
  'monitoring.alerts.enabled': () => [alert('McpgenGatewayDown').labels.severity, 'critical'],
  'monitoring.alerts.errorRatio': () => [alert('McpgenCallsFail').expr.includes('> 0.25\n'), true],
  'monitoring.alerts.slowSeconds': () => [alert('McpgenCallsSlow').expr.includes('> 3\n'), true],
  'monitoring.alerts.runbooks': () => [
    alert('McpgenCallsSlow').annotations.runbook_url,
    'https://wiki.example.com/mcp#mcpgencallsslow',
  ],
  'monitoring.scrapeAnnotations': () => [monitoredPod().metadata.annotations['prometheus.io/port'], '9090'],
  'monitoring.otlp.endpoint': () => [
    envOf(monitoredPod().spec.containers[0], 'DOCKER_CLI_OTEL_EXPORTER_OTLP_ENDPOINT').value,
    'http://otel.monitoring:4317',
  ],
  'monitoring.otlp.tracesEndpoint': () => [monitoredRelay().traces.url, 'http://otel.monitoring:4318/v1/traces'],
  'monitoring.otlp.sampleRatio': () => [monitoredRelay().traces.ratio, 0.5],
  'monitoring.otlp.to': () => [
    monitored()
      .get('NetworkPolicy', 'rel-mcpgen')
      .spec.egress.filter(({ to }: Manifest) => to?.[0]?.podSelector?.matchLabels.app === 'otel')
      .map(({ ports }: Manifest) => ports[0].port),
    [4317, 4318],
  ],
  'monitoring.dashboard.enabled': () => [
    JSON.parse(monitored().get('ConfigMap', 'rel-mcpgen-dashboard').data['mcpgen.json']).uid,
    'mcpgen',
  ],
  'monitoring.dashboard.labels': () => [
    monitored().get('ConfigMap', 'rel-mcpgen-dashboard').metadata.labels.dashboards,
    'mcp',
  ],
  reloader: () => [
    full().get('Deployment', 'mcp-own').metadata.annotations,
    {
      contact: 'blue@example.com',
      deployment: 'own',
      'kubernetes.io/description': 'Has settings of its own',
      'secret.reloader.stakater.com/reload': 'files,own-secrets,shared-secret',
      'configmap.reloader.stakater.com/reload': 'company-ca,settings',
    },
  ],

  extraObjects: () => [
    full()
      .names()
      .filter((name) => name.includes('extra')),
    ['ConfigMap/rel-extra', 'ConfigMap/extra-text'],
  ],
};
