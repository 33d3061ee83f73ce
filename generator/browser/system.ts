// What system.ts takes from Node.js, for browsers: the same answers for the same texts.

const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${byte}(?:\\.${byte}){3}$`);

/** 4, 6, or 0 for what is not an address. */
export function isIP(text: string): 0 | 4 | 6 {
  if (ipv4.test(text)) return 4;
  const [, address = '', , zone] = /^([^%]*)(%(.*))?$/s.exec(text) ?? [];
  const hasZone = zone === undefined || /^[0-9a-zA-Z.:-]+$/.test(zone);
  return hasZone && parseIPv6(address) !== undefined ? 6 : 0;
}

/** What an address of IPv4 begins with as one of IPv6, `::ffff:0:0`. */
const mapped = 0xffff_0000_0000n;

/** Ranges of addresses. */
export class BlockList {
  private readonly ranges: { readonly bits: bigint; readonly length: number }[] = [];

  addSubnet(address: string, length: number, family: 'ipv4' | 'ipv6'): void {
    if (family === 'ipv4') this.ranges.push({ bits: mapped | parseIPv4(address), length: 96 + length });
    else this.ranges.push({ bits: parseIPv6(address) ?? 0n, length });
  }

  check(address: string, family: 'ipv4' | 'ipv6'): boolean {
    const bits = family === 'ipv4' ? mapped | parseIPv4(address) : (parseIPv6(address) ?? 0n);
    return this.ranges.some((range) => (bits ^ range.bits) >> BigInt(128 - range.length) === 0n);
  }
}

function parseIPv4(text: string): bigint {
  return text.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function parseIPv6(text: string): bigint | undefined {
  const last = text.slice(text.lastIndexOf(':') + 1);
  if (!text.includes(':') || (last.includes('.') && !ipv4.test(last))) return undefined;
  const tail = last.includes('.') ? parseIPv4(last) : undefined;
  const whole =
    tail === undefined
      ? text
      : text.slice(0, -last.length) + `${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
  const [before = '', after, ...more] = whole.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const left = groups(before);
  const right = groups(after ?? '');
  const missing = 8 - left.length - right.length;
  if (more.length > 0 || (after === undefined ? missing !== 0 : missing < 1)) return undefined;
  const all = [...left, ...Array<string>(missing).fill('0'), ...right];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

/** As posix.normalize of Node.js. */
export function normalizePath(path: string): string {
  const isAbsolute = path.startsWith('/');
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else if (!isAbsolute) steps.push(step);
  }
  const normal = steps.join('/');
  const end = normal !== '' && path.endsWith('/') ? '/' : '';
  if (isAbsolute) return `/${normal}${end}`;
  return normal === '' ? (path.endsWith('/') ? './' : '.') : normal + end;
}
