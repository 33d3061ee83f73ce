// The version of mcpgen that the relay is part of.

import about from '../package.json' with { type: 'json' };

export const version: string = about.version;
