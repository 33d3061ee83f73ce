// The benchmarks as a table of README, and as a history: a CSV of ratios, a chart of it, and a comparison with it.

/** Between these lines of README the table stands. */
export const BEGIN = '<!-- The table of npm run bench -- --record -->';
export const END = '<!-- end -->';

/** Rows as Markdown. */
export function formatTable(rows) {
  const lines = rows.map(({ what, value, unit, least, beside, ratio, goal }) => {
    const digits = unit === 's' ? 2 : 0;
    const mark = ratio <= goal ? '' : ' (missed)';
    return `| ${what} | ${value.toFixed(digits)} ${unit} | ${beside}: ${least.toFixed(digits)} ${unit} | ${ratio.toFixed(2)} | ${goal}${mark} |`;
  });
  return ['| What | takes | beside | ratio | goal, at most |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
}

/** README with the new table. */
export function withTable(readme, rows) {
  const [before, rest] = readme.split(`${BEGIN}\n`);
  const [, after] = rest.split(END);
  return `${before}${BEGIN}\n\n${formatTable(rows)}\n\n${END}${after}`;
}

const HEAD = 'date,commit,benchmark,ratio';

/** A history with the ratios of one more run. */
export function appendRun(history, { date, commit }, rows) {
  const lines = rows.map(({ id, ratio }) => [date, commit, id, ratio.toFixed(3)].join(','));
  return `${[history.trimEnd() || HEAD, ...lines].join('\n')}\n`;
}

/** The entries of a history. */
export function readHistory(text) {
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .map(([date, commit, id, ratio]) => ({ date, commit, id, ratio: Number(ratio) }));
}

/** How much worse than the last recorded run a ratio may be: machines differ, and ratios on them less than times. */
const TOLERANCE = 0.3;

/** What has become slower than the history allows, in words. */
export function regressions(history, rows) {
  const entries = readHistory(history);
  return rows.flatMap(({ id, ratio }) => {
    const last = entries.findLast((entry) => entry.id === id);
    if (!last || ratio <= last.ratio * (1 + TOLERANCE)) return [];
    return [`${id}: ${ratio.toFixed(2)}, and ${last.ratio.toFixed(2)} on ${last.date} (${last.commit})`];
  });
}

const [WIDTH, HEIGHT, LEFT] = [720, 36, 130];

/** The history as a drawing: a line for each benchmark, in its own scale, with its first and its last ratio. */
export function drawHistory(history) {
  const entries = readHistory(history);
  const ids = [...new Set(entries.map(({ id }) => id))];
  const lines = ids.map((id, index) => {
    const ratios = entries.filter((entry) => entry.id === id).map(({ ratio }) => ratio);
    const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
    const x = (at) => LEFT + (ratios.length === 1 ? 0 : (at / (ratios.length - 1)) * (WIDTH - LEFT - 110));
    const y = (ratio) => 10 + (high === low ? 0.5 : (high - ratio) / (high - low)) * (HEIGHT - 16);
    const points = ratios.map((ratio, at) => `${x(at).toFixed(1)},${y(ratio).toFixed(1)}`).join(' ');
    const dots = ratios.map((ratio, at) => `<circle cx="${x(at).toFixed(1)}" cy="${y(ratio).toFixed(1)}" r="2.5"/>`);
    return `<g transform="translate(0,${index * HEIGHT})"><text x="8" y="22">${id}</text><polyline points="${points}"/>${dots.join('')}<text x="${WIDTH - 100}" y="22">${ratios[0].toFixed(2)} to ${ratios.at(-1).toFixed(2)}</text></g>`;
  });
  const height = ids.length * HEIGHT + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<title>Ratios of the benchmarks, run by run</title>
<style>text{fill:#333}polyline{fill:none;stroke:#0969da;stroke-width:1.5}circle{fill:#0969da}rect{fill:#fff}</style>
<rect width="${WIDTH}" height="${height}"/>
${lines.join('\n')}
</svg>
`;
}
