// Defaults of the chart that the compiler must know; a test holds them to chart/values.yaml.

export const chartDefaults = {
  /** `runAsUser`, `runAsGroup` and `fsGroup` of `defaults.podSecurityContext` */
  runAsUser: 1000,
  /** `defaults.homeDir` */
  homeDir: '/home/mcp',
  /** `defaults.resources` */
  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '1', memory: '2Gi' } },
  /** `gateway.image` */
  gatewayImage: { repository: 'docker/mcp-gateway', tag: 'v2' },
  /** `relay.image` */
  relayImage: { repository: 'node', tag: '24-alpine' },
} as const;
