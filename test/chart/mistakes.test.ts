// ten-mistakes.values.yaml: each mistake is refused with the name of its value, and with what to do instead.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { helms, refusal } from './helm.ts';

const values = readFileSync(join(import.meta.dirname, 'ten-mistakes.values.yaml'), 'utf8');

const bySchema = [
  "at '': additional properties 'gatway' not allowed",
  "at '/gateway/transport': value must be one of 'streaming', 'sse'",
  "at '/servers/github/command': got string, want array",
  "at '/servers/github/secretEnv/GITHUB_PERSONAL_ACCESS_TOKEN': got string, want object",
];
const byRules = [
  '- gateway.replicas: 3 pods, but each session lives in the memory of one pod; set gateway.service.sessionAffinity: ClientIP, or use 1 pod',
  "- servers.fetch.command: is missing; set it to the image's ENTRYPOINT (docker inspect shows it), which the bridge starts",
  '- servers.memory.replicas: 2 pods cannot share the volume data, which is ReadWriteOnce; set 1, or accessModes: [ReadWriteMany]',
  '- servers.notion.remote.url: http://mcp.notion.com/mcp is not an https URL, and the gateway accepts no other; use https://HOST',
  '- servers.notion.remote.headers.Authorization: looks like a secret, which must not be in values; write ${NAME} instead, and add NAME to remote.secrets',
  '- servers.weather.egress.hosts: has no effect in mode internet; set egress.mode: hosts, or remove it',
];

describe.each(helms)('%s', (helm) => {
  test('the schema names all of its mistakes at once', () => {
    const message = refusal(values, { helm });
    for (const mistake of bySchema) expect(message).toContain(mistake);
    expect(message.match(/^ *- at '.*(?<!validation failed)$/gm), message).toHaveLength(bySchema.length);
  });

  test('the rules name all of theirs at once', () => {
    const message = refusal(values, { helm, args: ['--skip-schema-validation'] });
    for (const mistake of byRules) expect(message).toContain(mistake);
    expect(message.match(/^- /gm), message).toHaveLength(byRules.length);
  });
});
