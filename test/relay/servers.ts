// The real MCP servers of the tests, as test/build.mjs has bundled them.

import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../node_modules/.cache/mcpgen');

/** Its source is server.mjs. */
export const serverFile = join(folder, 'server.mjs');
/** Its source is modern-server.mjs. */
export const modernServerFile = join(folder, 'modern-server.mjs');
