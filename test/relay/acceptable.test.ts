// The relay and the compiler both know the names that the gateway keeps for its own tools; neither can import from the other.

import { expect, test } from 'vitest';
import { reservedToolNames } from '../../generator/workload/tools.ts';
import { reservedTools } from '../../relay/acceptable.ts';

test('the relay and the compiler know the same reserved names', () => {
  expect(reservedTools).toEqual([...reservedToolNames]);
});
