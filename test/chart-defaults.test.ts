// Holds what the compiler knows of the chart's defaults to the chart.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { chartDefaults } from '../generator/chart-defaults.ts';

test("the compiler's defaults are the chart's", () => {
  const values = parse(readFileSync(join(import.meta.dirname, '../chart/values.yaml'), 'utf8'));
  const { runAsUser, runAsGroup, fsGroup } = values.defaults.podSecurityContext;
  expect([runAsUser, runAsGroup, fsGroup]).toEqual(Array(3).fill(chartDefaults.runAsUser));
  expect(values.defaults.homeDir).toBe(chartDefaults.homeDir);
  expect(values.defaults.resources).toMatchObject(chartDefaults.resources);
  expect(values.gateway.image).toMatchObject(chartDefaults.gatewayImage);
  expect(values.relay.image).toMatchObject(chartDefaults.relayImage);
});
