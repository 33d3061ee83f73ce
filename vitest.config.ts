// How `npm test` runs: everything below test/ but the e2e, which needs a cluster and has a configuration of its own.

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    globalSetup: ['test/build.mjs'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: availableParallelism() + 1, // the tests of the relay and the door mostly wait
    env: { GOGC: '400' }, // Helm and kubeconform run for moments: a third of their time was collecting garbage
    experimental: { fsModuleCache: true }, // what is compiled for one run is there for the next
  },
});
