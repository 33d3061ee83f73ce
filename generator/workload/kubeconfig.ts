// A kubeconfig in a server's volumes: a sign that the server must reach an API server.

import type { CatalogServer } from '../catalog/model.ts';
import { diagnose, type Diagnostic } from '../diagnostics.ts';
import { positionOf } from '../source.ts';
import type { Egress, Volume } from './model.ts';

/** `isOpened`: an overlay decides about the server's egress. */
export function checkKubeconfig(
  server: CatalogServer,
  volumes: readonly Volume[],
  egress: Egress,
  isOpened: boolean,
): Diagnostic[] {
  const found = volumes.find(({ mountPath }) => /(^|\/)(\.kube(\/config)?|kubeconfig(\.ya?ml)?)$/.test(mountPath));
  if (!found || isOpened || egress.mode === 'none') return [];
  const about = { position: positionOf(server.source, [...server.path, 'volumes']), server: server.name };
  return [diagnose('kubeconfig-egress', { server: server.name, target: found.mountPath }, about)];
}
