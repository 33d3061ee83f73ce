// Docker's `source:target[:mode]`, read as the gateway reads it (docker/mcp-gateway pkg/gateway/docker_binds.go).

import { normalizePath } from '../system.ts';
import type { VolumeFlaw } from '../diagnostics/table/volumes.ts';

/** A volume as `docker run -v` takes it. */
export interface Bind {
  /** Absent for an anonymous volume, which has a target only. */
  readonly source?: string;
  readonly target: string;
  /** `host`: a path of the machine; `named`: a volume that Docker manages. */
  readonly kind: 'host' | 'named' | 'anonymous';
  readonly readOnly: boolean;
}

/** Reads one volume; a text that the gateway refuses has a flaw. */
export function parseBind(text: string): Bind | { readonly flaw: VolumeFlaw } {
  const parts = splitBind(text.trim()).map((part) => part.trim());
  if (parts.length > 3) return { flaw: { kind: 'parts' } };
  const [first = '', written, mode = ''] = parts;
  if (first === '') return { flaw: { kind: written === undefined ? 'empty' : 'source' } };
  if (written === '') return { flaw: { kind: 'target' } };
  const target = cleanTarget(written ?? first);
  const flaw = refuseTarget(target);
  if (flaw) return { flaw };
  if (written === undefined) return { target, kind: 'anonymous', readOnly: false };
  if (/^[A-Za-z0-9][\w.-]*$/.test(first)) return { source: first, target, kind: 'named', readOnly: isReadOnly(mode) };
  // Since 2026 the gateway mounts a path of the host read-only when the catalog does not say otherwise.
  return { source: first, target, kind: 'host', readOnly: mode === '' || isReadOnly(mode) };
}

/** Docker mounts at the shortest form of a path: `/srv//docs/` is `/srv/docs`. */
export function cleanTarget(target: string): string {
  return normalizePath(target).replace(/(?<=.)\/$/, '');
}

function refuseTarget(target: string): VolumeFlaw | undefined {
  if (!target.startsWith('/')) return { kind: 'relative', target };
  if (target === '/') return { kind: 'root' };
  if (/^\/proc(\/|$)/.test(target)) return { kind: 'proc' };
  // The chart mounts the bridge there (chart/templates/_validate-server.tpl).
  return target === '/bridge' ? { kind: 'bridge' } : undefined;
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
