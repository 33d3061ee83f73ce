// The version of mcpgen, as package.json has it.

import { requireOfPackage } from './package.ts';

export const { version } = requireOfPackage('package.json') as { version: string };
