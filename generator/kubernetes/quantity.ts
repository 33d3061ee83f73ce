// Kubernetes quantities of CPU and memory as numbers, and back.

const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
const decimal = ['', 'k', 'M', 'G', 'T', 'P'];

/** A quantity of memory or storage in bytes; undefined for what is none. */
export function bytesOf(quantity: string | number): number | undefined {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([KMGTP]i|[kMGTP])?$/.exec(String(quantity)) ?? [];
  if (number === '') return undefined;
  const power = Math.max(binary.indexOf(unit), decimal.indexOf(unit));
  return Math.ceil(Number(number) * (binary.includes(unit) ? 1024 : 1000) ** power);
}

/** CPUs in thousandths; undefined for what is none. */
export function milliCpuOf(quantity: string | number): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(quantity)) ?? [];
  if (number === undefined) return undefined;
  return Math.ceil(Number(number) * (unit === 'm' ? 1 : 1000));
}

/** Bytes in the largest unit that needs no fraction. */
export function bytesText(bytes: number): string {
  let power = binary.length - 1;
  while (power > 0 && (bytes === 0 || bytes % 1024 ** power !== 0)) power--;
  return `${bytes / 1024 ** power}${binary[power]}`;
}

export function milliCpuText(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}
