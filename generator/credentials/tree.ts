// Credentials in values that a user writes by hand: in an overlay, anywhere in the chart's values.

import type { CredentialSign } from '../diagnostics/table/plain-credential.ts';
import { diagnose, type Diagnostic } from '../diagnostics.ts';
import { type Path, positionOf, type SourceFile } from '../source.ts';
import { isMap } from '../tree.ts';
import { credentialIn, isCredential, isRefusedHeader, isRefusedUrl, isStandIn } from './detect.ts';

/** Looks at all texts of an overlay. `allowPlain` has `SERVER.NAME` for servers, and whole paths for the rest. */
export function findInOverlay(values: unknown, source: SourceFile, allowPlain: ReadonlySet<string>): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const report = (path: Path, sign: CredentialSign): void => {
    const target = targetOf(path);
    if (allowPlain.has(target)) return;
    const isServer = path[0] === 'servers';
    const below = isRemote(path) ? (path[2] === 'http' ? 'http' : 'remote') : isServer ? 'server' : 'chart';
    diagnostics.push(
      diagnose(
        'plain-credential/overlay',
        { path: path.join('.'), sign, below, target },
        { position: positionOf(source, path), ...(isServer && { server: String(path[1]) }) },
      ),
    );
  };
  visit(values, [], report);
  return diagnostics;
}

/** All that `--allow-plain` may name of an overlay. */
export function overlayTargets(values: unknown, path: Path = []): string[] {
  if (Array.isArray(values)) return values.flatMap((item, index) => overlayTargets(item, [...path, index]));
  if (isMap(values)) return Object.entries(values).flatMap(([key, item]) => overlayTargets(item, [...path, key]));
  return [targetOf(path)];
}

type Report = (path: Path, sign: CredentialSign) => void;

function visit(value: unknown, path: Path, report: Report): void {
  if (typeof value === 'string') {
    const sign = credentialIn(value);
    if (sign) report(path, sign);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visitNamed(flagBefore(value, index), item, [...path, index], report);
  } else if (isMap(value)) {
    visitMap(value, path, report);
  }
}

function visitMap(map: Readonly<Record<string, unknown>>, path: Path, report: Report): void {
  const isSecret = map['kind'] === 'Secret' && map['apiVersion'] === 'v1';
  for (const [key, item] of Object.entries(map)) {
    const below = [...path, key];
    if (isSecret && (key === 'data' || key === 'stringData') && isMap(item)) {
      for (const [name, text] of Object.entries(item)) {
        if (!isStandIn(String(text))) report([...below, name], { kind: 'secret-data' });
      }
    } else if (isRemote(below) && map['allowPlainCredentials'] === true) {
      continue;
    } else if (isRemote(below) && key === 'headers' && isMap(item)) {
      for (const [name, text] of Object.entries(item)) visitHeader(name, text, [...below, name], report);
    } else if (isRemote(below) && key === 'url' && isRefusedUrl(String(item))) {
      report(below, { kind: 'in-url' });
    } else if (/^(env|extraEnv|headers)$/.test(key) && isMap(item)) {
      for (const [name, text] of Object.entries(item)) visitNamed(name, text, [...below, name], report);
    } else if (key === 'value' && typeof map['name'] === 'string') {
      visitNamed(map['name'], item, below, report);
    } else {
      visit(item, below, report);
    }
  }
}

function visitHeader(name: string, value: unknown, path: Path, report: Report): void {
  if (typeof value === 'string' && isRefusedHeader(name, value)) report(path, { kind: 'name' });
  else visitNamed(name, value, path, report);
}

function visitNamed(name: string | undefined, value: unknown, path: Path, report: Report): void {
  const isText = typeof value === 'string' || typeof value === 'number';
  if (name !== undefined && isText && isCredential(name, String(value))) report(path, { kind: 'name' });
  else visit(value, path, report);
}

function flagBefore(list: readonly unknown[], index: number): string | undefined {
  const before = list[index - 1];
  const isValue = typeof list[index] === 'string' && !/^--?[A-Za-z]/.test(list[index]);
  return isValue && typeof before === 'string' && /^--?[A-Za-z][\w-]*$/.test(before) ? before : undefined;
}

/** `SERVER.NAME` for what a server has by name, else the path. */
function targetOf(path: Path): string {
  const [root, server] = path;
  const last = path.at(-1) ?? '';
  if (root !== 'servers' || path.length < 3) return path.join('.');
  return `${server}.${typeof last === 'number' ? path.at(-2) : last}`;
}

/** Below `remote` or `http` of a server; the chart has a switch there. */
function isRemote(path: Path): boolean {
  return path[0] === 'servers' && (path[2] === 'remote' || path[2] === 'http');
}
