// Values written by hand, without the generator: one server behind the gateway.
import { expect, test } from 'vitest';
import { testTools, testUninstall } from './checks.ts';
import { call } from './client.ts';
import { useRelease } from './release.ts';

const release = useRelease(4, 'by-hand');

testTools(release);
test('the server answers', async () => {
  expect(await call(await release.session(), 'get_current_time', { timezone: 'Asia/Tokyo' })).toContain('+09:00');
});
testUninstall(release);
