// Docker's `source:target[:mode]`, read as the gateway reads it (docker/mcp-gateway pkg/gateway/docker_binds.go).

import { posix } from 'node:path';

/** A volume as `docker run -v` takes it. */
export interface Bind {
  /** Absent for an anonymous volume, which has a target only. */
  readonly source?: string;
  readonly target: string;
  /** `host`: a path of the machine; `named`: a volume that Docker manages. */
  readonly kind: 'host' | 'named' | 'anonymous';
  readonly readOnly: boolean;
}

/** Reads one volume; a text that the gateway refuses gives the reason. */
export function parseBind(text: string): Bind | { readonly reason: string } {
  const parts = splitBind(text.trim()).map((part) => part.trim());
  if (parts.length > 3) return { reason: 'it has more than source, target and mode' };
  const [first = '', written, mode = ''] = parts;
  if (first === '') return { reason: written === undefined ? 'it is empty' : 'its source is empty' };
  if (written === '') return { reason: 'its target is empty' };
  const target = cleanTarget(written ?? first);
  const reason = refuseTarget(target);
  if (reason !== undefined) return { reason };
  if (written === undefined) return { target, kind: 'anonymous', readOnly: false };
  if (/^[A-Za-z0-9][\w.-]*$/.test(first)) return { source: first, target, kind: 'named', readOnly: isReadOnly(mode) };
  // Since 2026 the gateway mounts a path of the host read-only when the catalog does not say otherwise.
  return { source: first, target, kind: 'host', readOnly: mode === '' || isReadOnly(mode) };
}

/** Docker mounts at the shortest form of a path: `/srv//docs/` is `/srv/docs`. */
export function cleanTarget(target: string): string {
  return posix.normalize(target).replace(/(?<=.)\/$/, '');
}

function refuseTarget(target: string): string | undefined {
  if (!target.startsWith('/')) return `its target ${JSON.stringify(target)} is not an absolute path`;
  if (target === '/') return 'its target is the root of the file system';
  // The chart mounts the bridge there (chart/templates/_validate-server.tpl).
  return target === '/bridge' ? 'its target /bridge is taken by the bridge that starts the server' : undefined;
}

/** Colons part it, but for the one of a Windows drive. */
function splitBind(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== ':') continue;
    const drive = index === start + 1 && /[A-Za-z]/.test(text[start] ?? '') && /[\\/]/.test(text[index + 1] ?? '');
    if (drive) continue;
    parts.push(text.slice(start, index));
    start = index + 1;
  }
  return [...parts, text.slice(start)];
}

function isReadOnly(mode: string): boolean {
  const options = mode.split(',').map((option) => option.trim().toLowerCase());
  return !options.includes('rw') && (options.includes('ro') || options.includes('readonly'));
}
