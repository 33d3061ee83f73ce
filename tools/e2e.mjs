// `npm run e2e [-- --helm 3|4] [vitest arguments]`: installs examples/e2e into the cluster of KUBECONFIG and uses it as a client would.
import { requireCluster } from './cluster.mjs';
import { UserError, start } from './common.mjs';
import { setUp } from './setup.mjs';
import { vitest } from './vitest.mjs';

await start(async () => {
  const { helm, rest } = readArguments(process.argv.slice(2));
  requireCluster();
  await setUp();
  return vitest(['--config', 'test/e2e/vitest.config.ts', ...(helm ? [`helm${helm}`] : []), ...rest], 'verbose');
});

function readArguments([...args]) {
  const at = args.indexOf('--helm');
  if (at === -1) return { rest: args };
  const [, helm] = args.splice(at, 2);
  if (!['3', '4', 'both'].includes(helm)) throw new UserError(`--helm takes 3, 4 or both, not ${helm ?? 'nothing'}`);
  return { helm: helm === 'both' ? undefined : helm, rest: args };
}
