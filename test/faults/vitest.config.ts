// How the faults run: one row after the other, each with the time that its own limits allow.
import { defineConfig } from 'vitest/config';

const { minutes } = JSON.parse(process.env['MCPGEN_FAULTS'] ?? '{"minutes":0}') as { minutes: number };

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['run.ts'],
    disableConsoleIntercept: true,
    testTimeout: (30 + minutes) * 60_000,
    hookTimeout: 5 * 60_000,
  },
});
