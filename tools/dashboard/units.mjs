// Numbers with Grafana's units, as far as the dashboard uses them.

const SCALES = {
  bytes: [1024, ['B', 'KiB', 'MiB', 'GiB']],
  Bps: [1000, ['B/s', 'kB/s', 'MB/s', 'GB/s']],
};

export function format(value, unit) {
  if (value === undefined) return '-';
  if (unit === 's') return seconds(value);
  if (unit === 'percentunit') return `${digits(value * 100)} %`;
  if (unit === 'reqps') return `${digits(value)} req/s`;
  const [base, names] = SCALES[unit] ?? [1000, ['', ' k', ' M', ' G']];
  const power =
    value === 0 ? 0 : Math.min(names.length - 1, Math.max(0, Math.floor(Math.log(Math.abs(value)) / Math.log(base))));
  return `${digits(value / base ** power)}${SCALES[unit] ? ' ' : ''}${names[power]}`;
}

function seconds(value) {
  if (value >= 60) return `${digits(value / 60)} min`;
  return value >= 1 || value === 0 ? `${digits(value)} s` : `${digits(value * 1000)} ms`;
}

function digits(value) {
  return String(
    Number(value.toPrecision(Math.abs(value) >= 100 ? Math.max(3, Math.floor(Math.log10(Math.abs(value))) + 1) : 3)),
  );
}
