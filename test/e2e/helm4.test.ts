// The short way with Helm 4: install, list and call tools, uninstall.
import { testFirstCall, testTools, testUninstall } from './checks.ts';
import { useRelease } from './release.ts';

const release = useRelease(4, 'e2e');

testFirstCall(release);
testTools(release);
testUninstall(release);
