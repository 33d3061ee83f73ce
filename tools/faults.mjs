// `npm run e2e:faults`: breaks things in the cluster of KUBECONFIG, looks at what clients see, and writes docs/reliability.md.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { requireCluster } from './cluster.mjs';
import { ROOT, UserError, run, start } from './common.mjs';
import { setUp } from './setup.mjs';
import { vitest } from './vitest.mjs';

const CONFIG = ['--config', 'test/faults/vitest.config.ts'];
const HELP = `npm run e2e:faults [-- ROW... --count N --minutes N --disruptive --out FILE]

Makes faults in the cluster that KUBECONFIG names, in namespaces of its own, and ends with "N passed, N failed". What was seen goes to
the rows of docs/reliability.md; those that did not run stay as they are. All rows take about 25 minutes. Some send signals to
containers, for which a pod with hostPID runs on their node.

  ROW            runs only these rows
  --count N      how often a fault is repeated in a row (default: 5)
  --minutes N    how long healthy servers are called beside bad ones (default: 3)
  --disruptive   also those that take DNS and the API server from the whole cluster
  --out FILE     writes the table there instead
  --list         names the rows`;

await start(async () => {
  const { help, list, ...options } = readOptions();
  if (help) return void console.log(HELP);
  // For run.ts and its configuration, to which vitest passes no arguments.
  process.env.MCPGEN_FAULTS = JSON.stringify({ ...options, disruptive: options.disruptive || list });
  if (!list) requireCluster();
  await setUp();
  if (list) return listRows();
  return vitest(CONFIG, 'verbose');
});

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        count: { type: 'string', default: '5' },
        minutes: { type: 'string', default: '3' },
        disruptive: { type: 'boolean', default: false },
        out: { type: 'string', default: join(ROOT, 'docs/reliability.md') },
        list: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const [count, minutes] = [values.count, values.minutes].map(Number);
    if (!(Number.isInteger(count) && count >= 1)) throw new Error('--count takes a number from 1');
    if (!(minutes > 0)) throw new Error('--minutes takes a number above 0');
    return { ...values, count, minutes, rows: positionals };
  } catch (error) {
    throw new UserError(`${error.message}\n\n${HELP}`);
  }
}

function listRows() {
  const vitestFile = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { status, stdout, stderr } = run(process.execPath, [vitestFile, 'list', ...CONFIG, '--json']);
  if (status !== 0) throw new UserError(`the rows cannot be listed:\n${stderr}`);
  for (const { name } of JSON.parse(stdout)) console.log(name.split(' > ').at(-1));
}
