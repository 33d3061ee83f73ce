// Starts the relay: `node relay.mjs CONFIGURATION`; on SIGTERM or SIGINT it exits after running calls are answered.

import { readFileSync } from 'node:fs';
import { ConfigError } from './config-reader.ts';
import { readConfig } from './config.ts';
import { Log } from './log.ts';
import { Relay } from './relay.ts';

const path = process.argv[2] ?? process.env['RELAY_CONFIG'] ?? '/etc/mcpgen-relay/config.json';

/** Time for the last traces to reach the collector. */
const flushMs = 500;
/** Less than Docker gives it. In Kubernetes it ends after the gateway, and has no sessions any more. */
const drainMs = 8000;

try {
  const config = readConfig(readFileSync(path, 'utf8'), process.env);
  const log = new Log(config.logLevel, 'relay');
  const relay = new Relay(config, log);
  let isStopping = false;
  const stop = async (signal: string): Promise<void> => {
    log.info('stopping', { signal });
    // A second signal does not wait.
    if (!isStopping) {
      isStopping = true;
      await relay.drain(drainMs);
    }
    relay.close();
    // Neither connections to servers that are slow to end nor a collector that does not answer hold it up.
    setTimeout(() => process.exit(0), flushMs);
    void relay.flush().then(() => process.exit(0));
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
  process.on('uncaughtException', (error) => {
    log.error('internal error', { stack: error.stack });
    process.exit(1);
  });
  await relay.listen();
  log.info('listening', { servers: config.servers.length, node: process.version });
} catch (error) {
  if (!(error instanceof ConfigError) && !(error as NodeJS.ErrnoException).code) throw error;
  new Log('error', 'relay').error(`the relay cannot start: ${(error as Error).message}`, { path });
  process.exit(1);
}
