// Data outlives the release: uninstalled, which keeps the claims, and installed again.
import { FaultRelease } from '../release.ts';
import { realServers } from '../servers.ts';
import { User } from '../users.ts';
import { check, defineStage } from '../verdict.ts';

const entity = { name: 'Ada', entityType: 'person', observations: ['wrote the first program'] };
const WRITES = [
  { tool: 'create_entities', args: { entities: [entity] }, answer: 'Ada' },
  { tool: 'create_table', args: { query: 'CREATE TABLE person (name TEXT)' }, answer: '' },
  { tool: 'write_query', args: { query: "INSERT INTO person VALUES ('Grace')" }, answer: '' },
];
const READS = [
  { server: 'memory', tool: 'read_graph', args: {}, answer: 'Ada' },
  { server: 'sqlite', tool: 'read_query', args: { query: 'SELECT name FROM person' }, answer: 'Grace' },
];

export const reinstalled = defineStage<FaultRelease>({
  name: 'reinstalled',
  open: () => FaultRelease.start('again', { servers: realServers('memory', 'sqlite') }),
  close: (release) => release.remove(),
  rows: [
    {
      id: 'reinstalled',
      fault:
        '`helm uninstall`, and `helm install` again, after `mcp/memory` and `mcp/sqlite` have written to their volumes',
      holds: 'both read what they wrote',
      async measure(release) {
        const writer = new User(release);
        const written = [];
        for (const probe of WRITES) written.push(await writer.attempt(probe));
        await writer.close();
        await release.uninstall();
        await release.change(release.chartValues, { wait: true });
        const reader = new User(release);
        const checks = written
          .filter(({ error }) => error !== undefined)
          .map(({ error }) => check(`a write fails: ${error}`, false));
        for (const { server, ...probe } of READS) {
          const { error } = await reader.attempt(probe);
          checks.push(check(error ? `${server} fails: ${error}` : `${server} has its data`, error === undefined));
        }
        await reader.close();
        return checks;
      },
    },
  ],
});
