// How `npm test` runs: everything below test/ but the e2e, which needs a cluster and has a configuration of its own.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    globalSetup: ['test/build.mjs'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    experimental: { fsModuleCache: true }, // what is compiled for one run is there for the next
  },
});
