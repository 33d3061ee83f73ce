// The table of diagnostics: every code there is, what it means, how severe it is, and what it says.

import { composeDiagnostics } from './table/compose.ts';
import { containerDiagnostics } from './table/container.ts';
import { expressionDiagnostics } from './table/expressions.ts';
import { fieldDiagnostics } from './table/fields.ts';
import { fileDiagnostics } from './table/files.ts';
import { imageDiagnostics } from './table/images.ts';
import { inputDiagnostics } from './table/inputs.ts';
import { internalDiagnostics } from './table/internal.ts';
import { nameDiagnostics } from './table/names.ts';
import { networkDiagnostics } from './table/network.ts';
import { plainCredentialDiagnostics } from './table/plain-credential.ts';
import { runAsDiagnostics } from './table/run-as.ts';
import { secretDiagnostics } from './table/secrets.ts';
import { tenantDiagnostics } from './table/tenants.ts';
import { volumeDiagnostics } from './table/volumes.ts';
import { yamlDiagnostics } from './table/yaml.ts';
import type { Entry, Variant } from './types.ts';

/** By code. A code is stable: scripts match on it, and documents refer to it. */
export const diagnosticTable = {
  ...yamlDiagnostics,
  ...fieldDiagnostics,
  ...fileDiagnostics,
  ...nameDiagnostics,
  ...expressionDiagnostics,
  ...networkDiagnostics,
  ...internalDiagnostics,
  ...containerDiagnostics,
  ...volumeDiagnostics,
  ...plainCredentialDiagnostics,
  ...secretDiagnostics,
  ...runAsDiagnostics,
  ...imageDiagnostics,
  ...inputDiagnostics,
  ...composeDiagnostics,
  ...tenantDiagnostics,
};

type Table = typeof diagnosticTable;

export type DiagnosticCode = keyof Table;

/** Every code, sorted. */
export const diagnosticCodes = Object.keys(diagnosticTable).toSorted() as DiagnosticCode[];

type VariantsOf<Code extends DiagnosticCode> = Table[Code]['variants'];

/** What can be reported: a code, or `code/variant` where the code has several ways of being reported. */
export type DiagnosticKey = {
  [Code in DiagnosticCode]: {
    [Name in keyof VariantsOf<Code> & string]: Name extends 'default' ? Code : `${Code}/${Name}`;
  }[keyof VariantsOf<Code> & string];
}[DiagnosticCode];

/** The codes of keys: `DiagnosticKey` has more than one of some. */
type CodeOf<Key extends string> = Key extends `${infer Code extends DiagnosticCode}/${string}` ? Code : Key;
type NameOf<Key extends string> = Key extends `${string}/${infer Name}` ? Name : 'default';

type ParametersOfOne<Key extends DiagnosticKey> =
  CodeOf<Key> extends infer Code extends DiagnosticCode
    ? NameOf<Key> extends infer Name extends keyof VariantsOf<Code>
      ? VariantsOf<Code>[Name] extends Variant<infer Parameters>
        ? Parameters
        : never
      : never
    : never;

/** What a key's message and hint are made of; of several keys, what each of them needs. */
export type ParametersOf<Key extends DiagnosticKey> = (
  Key extends DiagnosticKey ? (parameters: ParametersOfOne<Key>) => void : never
) extends (parameters: infer Parameters) => void
  ? Parameters
  : never;

/** The code of a key, and its variant with parameters that the caller's type has checked. */
export function findVariant<Key extends DiagnosticKey>(
  key: Key,
): { code: DiagnosticCode; variant: Variant<ParametersOf<Key>> } {
  const [code, name = 'default'] = key.split('/') as [DiagnosticCode, string?];
  const { variants }: Entry = diagnosticTable[code];
  const variant = variants[name];
  if (!variant) throw new Error(`the table of diagnostics has no ${key}`);
  return { code, variant: variant as Variant<ParametersOf<Key>> };
}
