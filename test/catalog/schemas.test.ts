// Looks at the project's JSON Schemas themselves, which mcpgen takes for valid.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const files = [...readdirSync(join(root, 'schemas')).map((name) => `schemas/${name}`), 'chart/values.schema.json'];

test.each(files)('%s is a valid JSON Schema', (file) => {
  const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true });
  const schema: unknown = JSON.parse(readFileSync(join(root, file), 'utf8'));
  expect(ajv.validateSchema(schema as object), ajv.errorsText()).toBe(true);
});
