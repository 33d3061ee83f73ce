// All stages with their rows, in the order of their runs and of the table.
import { Base } from './rows/base.ts';
import { badServers } from './rows/bad-servers.ts';
import { disruptive } from './rows/disruptive.ts';
import { gatewayLosses } from './rows/gateway.ts';
import { losses } from './rows/losses.ts';
import { many } from './rows/many.ts';
import { misdeeds } from './rows/misbehaved.ts';
import { otherBad } from './rows/other-bad.ts';
import { reinstalled } from './rows/reinstalled.ts';
import { rolls } from './rows/rolls.ts';
import { type AnyStage, defineStage } from './verdict.ts';

const base = defineStage<Base>({
  name: 'base',
  open: () => Base.open(),
  close: (release) => release.remove(),
  rows: [...losses, ...gatewayLosses, ...misdeeds, ...rolls, ...disruptive],
});

export const STAGES: readonly AnyStage[] = [badServers, otherBad, base, many, reinstalled];

export const ROWS = STAGES.flatMap(({ rows }) => rows);
