// Docker's `source:target[:mode]`, read as the gateway reads it (docker/mcp-gateway pkg/gateway/docker_binds.go).

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
  const [first = '', target, mode = ''] = parts;
  if (target === undefined)
    return first === '' ? { reason: 'it is empty' } : { target: first, kind: 'anonymous', readOnly: false };
  if (first === '') return { reason: 'its source is empty' };
  if (target === '') return { reason: 'its target is empty' };
  if (!target.startsWith('/')) return { reason: `its target ${JSON.stringify(target)} is not an absolute path` };
  if (/^[A-Za-z0-9][\w.-]*$/.test(first)) return { source: first, target, kind: 'named', readOnly: isReadOnly(mode) };
  // Since 2026 the gateway mounts a path of the host read-only when the catalog does not say otherwise.
  return { source: first, target, kind: 'host', readOnly: mode === '' || isReadOnly(mode) };
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
