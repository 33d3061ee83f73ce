// A chart of lines as SVG, with an axis of time and one of values in round steps.
import { format } from './units.mjs';

const LEFT = 62;
const BOTTOM = 18;
const TOP = 6;

/** `series`: `{points: [[seconds, value]...], color}`; gaps between points are gaps of the line. */
export function chart(series, { width, height, unit, min, max }) {
  const all = series.flatMap(({ points }) => points).filter(([, value]) => Number.isFinite(value));
  const times = all.map(([time]) => time);
  const from = Math.min(...times);
  const to = Math.max(...times, from + 1);
  const values = all.map(([, value]) => value);
  const low = min ?? Math.min(0, ...values);
  const step = roundStep((Math.max(max ?? 0, ...values) - low) / 4, unit);
  const high = low + step * Math.max(1, Math.ceil((Math.max(max ?? 0, ...values) - low) / step - 1e-9));
  const x = (time) => (LEFT + ((time - from) / (to - from)) * (width - LEFT - 8)).toFixed(1);
  const y = (value) => (TOP + (1 - (value - low) / (high - low)) * (height - TOP - BOTTOM)).toFixed(1);
  const grid = [];
  for (let value = low; value <= high + step / 2; value += step) {
    const at = y(value);
    grid.push(`<path d="M${LEFT} ${at}H${width - 8}" stroke="#e4e6e8"/>`);
    grid.push(
      `<text x="${LEFT - 6}" y="${Number(at) + 4}" text-anchor="end">${format(Number(value.toPrecision(6)), unit)}</text>`,
    );
  }
  for (let index = 0; index <= 4; index++) {
    const time = from + ((to - from) * index) / 4;
    const label = new Date(time * 1000).toISOString().slice(11, to - from < 600 ? 19 : 16);
    const anchor = index === 0 ? 'start' : index === 4 ? 'end' : 'middle';
    grid.push(`<text x="${x(time)}" y="${height - 4}" text-anchor="${anchor}">${label}</text>`);
  }
  const gap =
    1.5 * Math.min(...series.flatMap(({ points }) => points.slice(1).map(([time], index) => time - points[index][0])));
  const lines = series.map(
    ({ points, color }) => `<path d="${path(points, gap, x, y)}" fill="none" stroke="${color}" stroke-width="1.6"/>`,
  );
  return `<svg width="${width}" height="${height}" font-size="10.5" fill="#555">${grid.join('')}${lines.join('')}</svg>`;
}

function path(points, gap, x, y) {
  let before;
  return points
    .filter(([, value]) => Number.isFinite(value))
    .map(([time, value]) => {
      const command = before === undefined || time - before > gap ? 'M' : 'L';
      before = time;
      return `${command}${x(time)} ${y(value)}${command === 'M' ? 'h0.1' : ''}`;
    })
    .join('');
}

/** 1, 2 or 5 times a power of ten, or of 1024 for bytes, and never zero. */
function roundStep(step, unit) {
  if (step <= 0) return unit === 'short' ? 1 : 0.25;
  const scale = unit === 'bytes' ? 1024 ** Math.floor(Math.log(step) / Math.log(1024)) : 1;
  const power = 10 ** Math.floor(Math.log10(step / scale));
  return scale * power * ([1, 2, 5].find((factor) => step / scale <= factor * power) ?? 10);
}
