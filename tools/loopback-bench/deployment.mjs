// Six servers behind the relay and a gateway, with prefixes that tell their tools apart, and what all of their processes take.
import { freePort, startBridge, startGateway, startRelay } from '../loopback.mjs';
import { SERVERS, memoryMB } from './common.mjs';

/** Three that speak the old protocol only, and three that speak both. */
const NAMES = { a: 'legacy', b: 'legacy', c: 'legacy', d: 'both', e: 'both', f: 'both' };

export async function deploy(binary, defaults) {
  const bridges = {};
  for (const [name, protocol] of Object.entries(NAMES)) {
    const { command, env } = SERVERS[protocol];
    bridges[name] = await startBridge({ command, env: { ...env, TOOL: `pid-${name}` } });
  }
  const gatewayPort = await freePort();
  const relay = await startRelay(bridges, { gatewayPort, defaults });
  const gateway = await startGateway(binary, relay.ports, { port: gatewayPort });
  const pids = () => Object.values(bridges).flatMap((bridge) => bridge.pids());
  return {
    gateway,
    relay,
    servers: Object.keys(NAMES),
    /** Processes, and memory in MB, of the servers, the relay and the gateway. */
    usage: () => ({
      processes: pids().length,
      servers: memoryMB(pids()),
      relay: memoryMB([relay.pid]),
      gateway: memoryMB([gateway.pid]),
    }),
    killOne: (name) => bridges[name].killOne(),
    killAll: (name) => bridges[name].kill(),
    async close() {
      await gateway.close();
      await relay.close();
      for (const bridge of Object.values(bridges)) bridge.close();
    },
  };
}

export function describe({ processes, servers, relay, gateway }) {
  return `${processes} processes, ${servers.toFixed(0)} MB; relay ${relay.toFixed(0)} MB; gateway ${gateway.toFixed(0)} MB`;
}
