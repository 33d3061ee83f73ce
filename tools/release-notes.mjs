// `node tools/release-notes.mjs v1.2.3`: prints the changelog's part of a version, if package.json, the chart and the tag agree on it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, UserError, start } from './common.mjs';

const read = (file) => readFileSync(join(ROOT, file), 'utf8');

await start(() => {
  const version = process.argv[2]?.replace(/^v/, '');
  const own = JSON.parse(read('package.json')).version;
  const [, chart] = /^version: (.*)$/m.exec(read('chart/Chart.yaml')) ?? [];
  if (own !== version) throw new UserError(`package.json has version ${own}, not ${version}`);
  if (chart !== version) throw new UserError(`chart/Chart.yaml has version ${chart}, not ${version}`);
  const [heading, ...lines] = section(read('CHANGELOG.md'), version).trim().split('\n');
  if (!/ - \d{4}-\d\d-\d\d$/.test(heading))
    throw new UserError(`the changelog has no date for ${version}: run node tools/release.mjs ${version}`);
  console.log(lines.join('\n').trim());
});

/** The part of a version, with its heading. */
function section(changelog, version) {
  const part = changelog.split(/^(?=## \[)/m).find((it) => it.startsWith(`## [${version}]`));
  if (!part) throw new UserError(`CHANGELOG.md has no entry for ${version}`);
  return part;
}
