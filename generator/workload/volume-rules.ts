// `--volume SERVER:TARGET=KIND…`: what a user says about one volume of one server.

import { cleanTarget } from './bind.ts';
import type { VolumeSource } from './model.ts';

/** Replaces what mcpgen decides for the volume at `target` of `server`. */
export interface VolumeRule {
  /** The catalog's name of the server. */
  readonly server: string;
  readonly target: string;
  readonly source: VolumeSource;
  /** Absent: as the catalog says. */
  readonly readOnly?: boolean;
  /** As the user wrote it. */
  readonly text: string;
}

export const volumeRuleForms =
  'SERVER:TARGET=KIND[,ro|,rw] with KIND one of pvc[:SIZE], existingClaim:NAME, emptyDir[:SIZE], secret:NAME[/KEY], configMap:NAME[/KEY]';

/** The claim's size where nothing says it: small, because most servers keep little. */
export const defaultClaimSize = '1Gi';

/** Reads one rule; undefined when it has another form than `volumeRuleForms`. */
export function parseVolumeRule(text: string): VolumeRule | undefined {
  const match = /^([^:]+):(\/[^=]*)=(\w+)(?::([^,]*))?(?:,(ro|rw))?$/.exec(text);
  if (!match) return undefined;
  const [, server = '', target = '', kind = '', argument = '', mode] = match;
  const source = parseSource(kind, argument);
  if (!source) return undefined;
  return { server, target: cleanTarget(target), source, text, ...(mode !== undefined && { readOnly: mode === 'ro' }) };
}

function parseSource(kind: string, argument: string): VolumeSource | undefined {
  const quantity = /^(\d+(\.\d+)?)([KMGTP]i?)?$/;
  switch (kind) {
    case 'pvc':
      if (argument !== '' && !quantity.test(argument)) return undefined;
      return { kind: 'persistentVolumeClaim', size: argument || defaultClaimSize };
    case 'emptyDir':
      if (argument !== '' && !quantity.test(argument)) return undefined;
      return argument === '' ? { kind } : { kind, sizeLimit: argument };
    case 'existingClaim':
      return argument === '' ? undefined : { kind, claimName: argument };
    case 'secret':
    case 'configMap': {
      const [name = '', key, ...rest] = argument.split('/');
      if (name === '' || key === '' || rest.length > 0) return undefined;
      return key === undefined ? { kind, name } : { kind, name, key };
    }
    default:
      return undefined;
  }
}
