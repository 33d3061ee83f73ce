// What verifying found, as text for people and as JUnit for CI.

import { printable } from '../printable.ts';
import type { Difference, Verification, VerifiedServer } from './compare.ts';

export function isAsExpected({ servers, unknown }: Verification): boolean {
  return unknown.length === 0 && servers.every(({ differences }) => differences.length === 0);
}

export function verificationText({ servers, unknown }: Verification): string {
  const lines = servers.flatMap((server) => [
    `${server.server}: ${summary(server)}`,
    ...server.differences.map((difference) => `  ${describe(difference)}`),
  ]);
  const loose = unknown.map((tool) => `  extra    ${tool}`);
  const last = unknown.length === 0 ? [] : [unknownTitle, ...loose];
  return [...lines, ...last].map((line) => `${printable(line)}\n`).join('');
}

const unknownTitle = 'of no known server: add the tools to the catalog, or give the server a prefix';

function summary({ tools, isRecorded, differences }: VerifiedServer): string {
  const count = `${tools} ${tools === 1 ? 'tool' : 'tools'}`;
  if (differences.length > 0) return `${count}, not as expected`;
  return `${count}, ${isRecorded ? 'as recorded' : 'not recorded: only names are compared'}`;
}

function describe({ kind, tool, parts = [] }: Difference): string {
  return `${kind.padEnd(8)} ${tool}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

/** A case for each server. */
export function verificationJunit({ servers, unknown }: Verification): string {
  const cases = [
    ...servers.map(({ server, differences }) => testCase(server, differences.map(describe))),
    ...(unknown.length > 0 ? [testCase('unknown servers', [unknownTitle, ...unknown])] : []),
  ];
  const failures = servers.filter(({ differences }) => differences.length > 0).length + Math.min(unknown.length, 1);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="mcpgen verify" tests="${cases.length}" failures="${failures}">`,
    ...cases,
    '</testsuite>',
    '',
  ].join('\n');
}

function testCase(name: string, failures: readonly string[]): string {
  const start = `  <testcase classname="mcpgen.verify" name="${xml(name)}"`;
  if (failures.length === 0) return `${start}/>`;
  const message = `${failures.length} ${failures.length === 1 ? 'difference' : 'differences'}`;
  return `${start}>\n    <failure message="${message}">${failures.map(xml).join('\n')}</failure>\n  </testcase>`;
}

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

/** A hostile text as a part of XML: no markup, and no character that XML does not have. */
function xml(text: string): string {
  return printable(text).replace(/[<>&"]/g, (char) => entities[char] ?? '');
}
