// Draws the panels of the chart's dashboard from a Prometheus, by the same queries as Grafana: `node tools/dashboard.mjs --help`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, start, UserError } from './common.mjs';
import { page } from './dashboard/page.mjs';

const HELP = `node tools/dashboard.mjs URL --job NAMESPACE/NAME [options] > page.html

Runs each query of chart/files/monitoring/dashboard.json on the Prometheus at URL, and writes a page with the panels. The exit status is 1 if a
query has an error or no data; stderr names it.

  --job JOB        the release, as in the dashboard's variable
  --server REGEX   servers (default: .*)
  --minutes N      length of the time that is shown (default: 60)
  --end SECONDS    its end, as Unix time (default: now)
  --rate DURATION  $__rate_interval, four times the scrape interval (default: 2m)
  --allow-empty TITLE  a panel that may be empty, such as one of failures; repeatable
  -o FILE          writes there instead of to stdout
`;
/** Points of a line, about one for two pixels. */
const POINTS = 200;

await start(async () => {
  const options = {
    job: { type: 'string' },
    server: { type: 'string', default: '.*' },
    minutes: { type: 'string', default: '60' },
    end: { type: 'string' },
    rate: { type: 'string', default: '2m' },
    'allow-empty': { type: 'string', multiple: true, default: [] },
    output: { type: 'string', short: 'o' },
    help: { type: 'boolean' },
  };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) return void process.stdout.write(HELP);
  const [url] = positionals;
  if (!url || !values.job) throw new UserError('give the URL of Prometheus and --job; see --help');
  const dashboard = JSON.parse(readFileSync(join(ROOT, 'chart/files/monitoring/dashboard.json'), 'utf8'));
  const end = values.end ? Number(values.end) : Math.floor(Date.now() / 1000);
  const range = { start: end - 60 * Number(values.minutes), end, step: (60 * Number(values.minutes)) / POINTS };
  const problems = [];
  const panels = [];
  for (const panel of dashboard.panels) {
    const series = [];
    for (const target of panel.targets ?? []) {
      const query = target.expr
        .replaceAll('$job', values.job)
        .replaceAll('$server', values.server)
        .replaceAll('$__rate_interval', values.rate)
        .replaceAll('$__range', `${60 * Number(values.minutes)}s`);
      const found = await ask(url, query, range).catch(
        (error) => void problems.push(`${panel.title}: ${error.message}`),
      );
      series.push(
        ...(found ?? []).map(({ metric, values: points }) => ({ name: legend(target.legendFormat, metric), points })),
      );
    }
    const isEmpty =
      panel.targets && series.every(({ points }) => points.every(([, value]) => !Number.isFinite(Number(value))));
    if (isEmpty && !values['allow-empty'].includes(panel.title)) problems.push(`${panel.title}: no data`);
    panels.push({ ...panel, series });
  }
  const html = page({ title: `${dashboard.title}: ${values.job}`, panels, range });
  if (values.output) writeFileSync(values.output, html);
  else process.stdout.write(html);
  for (const problem of problems) console.error(problem);
  return problems.length > 0 ? 1 : 0;
});

async function ask(url, query, range) {
  const address = new URL('/api/v1/query_range', url);
  const response = await fetch(address, { method: 'POST', body: new URLSearchParams({ query, ...range }) });
  const answer = await response.json();
  if (answer.status !== 'success') throw new Error(answer.error);
  return answer.data.result;
}

/** Grafana's format: {{label}} is replaced. */
function legend(format, labels) {
  return format.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => labels[name] ?? '');
}
