// The page of a dashboard: its panels where Grafana has them, each a big number or a chart with a legend.
import { chart } from './chart.mjs';
import { format } from './units.mjs';

const COLUMN = 62;
const ROW = 34;
const COLORS = { green: '#2f7d32', red: '#c62828', orange: '#ef6c00' };

export function page({ title, panels, range }) {
  const height = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h)) * ROW;
  const times = [range.start, range.end].map((time) =>
    new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' '),
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escape(title)}</title>
<style>
body { margin: 16px; font: 13px "DejaVu Sans", sans-serif; background: #f4f5f5; color: #1f2329 }
h1 { font-size: 20px; margin: 0 0 2px } p { margin: 0 0 12px; color: #555 }
main { position: relative; width: ${24 * COLUMN}px; height: ${height}px }
section, h2 { position: absolute; box-sizing: border-box; margin: 0 }
section { background: #fff; border: 1px solid #d5d7da; border-radius: 3px; padding: 6px 8px; overflow: hidden }
h2 { font-size: 15px; padding: 8px 0 } h3 { font-size: 13px; margin: 0 0 4px; white-space: nowrap }
.number { font-size: 34px; font-weight: bold; text-align: center; padding-top: 20px }
.empty { color: #888; text-align: center; padding-top: 40px }
table { border-collapse: collapse; width: 100%; font-size: 11px } td, th { padding: 0 4px; text-align: right; white-space: nowrap; font-weight: normal }
td:first-child { text-align: left } th { color: #777 } i { display: inline-block; width: 10px; height: 3px; margin-right: 6px; vertical-align: middle }
</style>
<h1>${escape(title)}</h1><p>${times.join(' to ')} UTC</p>
<main>${panels.map((panel) => element(panel, range)).join('\n')}</main></html>
`;
}

function element(panel, range) {
  const { x, y, w, h } = panel.gridPos;
  const style = `left:${x * COLUMN}px;top:${y * ROW}px;width:${w * COLUMN - 8}px;height:${h * ROW - 8}px`;
  if (panel.type === 'row') return `<h2 style="${style}">${escape(panel.title)}</h2>`;
  const body = panel.type === 'stat' ? number(panel) : lines(panel, range, w * COLUMN - 26, h * ROW - 40);
  return `<section style="${style}" title="${escape(panel.description)}"><h3>${escape(panel.title)}</h3>${body}</section>`;
}

function number({ series, fieldConfig: { defaults } }) {
  const value = last(series[0]);
  if (value === undefined) return '<div class="empty">No data</div>';
  const mapped = defaults.mappings?.[0]?.options[String(value)];
  const step = (defaults.thresholds?.steps ?? []).findLast((one) => one.value === null || value >= one.value);
  const color = COLORS[mapped?.color ?? step?.color] ?? 'inherit';
  return `<div class="number" style="color:${color}">${escape(mapped?.text ?? format(value, defaults.unit))}</div>`;
}

/** The chart, and below it the legend: as many rows as fit, those with the highest values. */
function lines({ series, options, fieldConfig: { defaults } }, range, width, height) {
  // Grafana's `last` is empty where the line has ended, `lastNotNull` is not.
  const isEnded = ({ points }) =>
    options.legend.calcs.includes('last') && points.at(-1)[0] < range.end - 2 * range.step;
  const shown = series
    .map(({ name, points }) => ({ name, points: points.map(([time, value]) => [time, Number(value)]) }))
    .filter(({ points }) => points.some(([, value]) => Number.isFinite(value)))
    .toSorted((a, b) => peak(b) - peak(a) || (a.name < b.name ? -1 : 1));
  if (shown.length === 0) return '<div class="empty">No data</div>';
  const legend = Math.min(shown.length, 5);
  const rows = shown
    .slice(0, legend)
    .map(
      (one, index) =>
        `<tr><td><i style="background:${color(index)}"></i>${escape(one.name)}</td><td>${format(isEnded(one) ? undefined : last(one), defaults.unit)}</td><td>${format(peak(one), defaults.unit)}</td></tr>`,
    );
  const more = shown.length > legend ? `<tr><td>and ${shown.length - legend} more</td><td></td><td></td></tr>` : '';
  const table = `<table><tr><td></td><th>last</th><th>max</th></tr>${rows.join('')}${more}</table>`;
  const rest = height - 16 * (legend + (more === '' ? 1 : 2));
  return (
    chart(
      shown.map((one, index) => ({ ...one, color: color(index) })),
      { width, height: rest, ...defaults },
    ) + table
  );
}

function peak({ points }) {
  return Math.max(...points.map(([, value]) => value).filter(Number.isFinite));
}

function last(series) {
  const found = series?.points.map(([, value]) => Number(value)).findLast(Number.isFinite);
  return found;
}

function color(index) {
  return `hsl(${(index * 137) % 360} 65% 42%)`;
}

export function escape(text = '') {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
