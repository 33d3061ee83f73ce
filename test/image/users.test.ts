// Users of an image: what a number may be.

import { expect, test } from 'vitest';
import { readUserDatabase, resolveUser } from '../../generator/image/users.ts';

const database = readUserDatabase('app:x:2147483648:0::/home/app:/bin/sh\nlast:x:2147483647:0::/:/bin/sh', '');

test.each(['2147483648', '1000:2147483648', '4294967294', 'app'])('USER %s is nobody whom a pod can run as', (user) => {
  expect(resolveUser(user, database)).toBeUndefined();
});

test('the largest ID is taken', () => {
  expect(resolveUser('last', database)?.uid).toBe(2147483647);
  expect(resolveUser('2147483647:2147483647', database)?.gid).toBe(2147483647);
});
