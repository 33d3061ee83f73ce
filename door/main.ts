// Starts the door: `node door.mjs CONFIGURATION`; on SIGTERM or SIGINT it lets running calls finish.

import { readFileSync } from 'node:fs';
import { ConfigError } from '../relay/config-reader.ts';
import { Log } from '../relay/log.ts';
import { Admin } from './admin.ts';
import { readConfig } from './config.ts';
import { Door } from './door.ts';

const path = process.argv[2] ?? '/etc/mcpgen-door/config.json';

try {
  const config = readConfig(readFileSync(path, 'utf8'), process.env);
  const log = new Log(config.logLevel, 'door');
  const door = new Door(config, log);
  const admin = new Admin(config, door);
  const stop = async (signal: string): Promise<void> => {
    log.info('stopping', { signal });
    await door.drain(config.drainSeconds * 1000);
    process.exit(0);
  };
  process.once('SIGTERM', (signal) => void stop(signal));
  process.once('SIGINT', (signal) => void stop(signal));
  process.on('uncaughtException', (error) => {
    log.error('internal error', { stack: error.stack });
    process.exit(1);
  });
  await Promise.all([door.listen(), admin.listen()]);
  log.info('listening', { node: process.version });
} catch (error) {
  if (!(error instanceof ConfigError) && !(error as NodeJS.ErrnoException).code) throw error;
  new Log('error', 'door').error(`the door cannot start: ${(error as Error).message}`, { path });
  process.exit(1);
}
