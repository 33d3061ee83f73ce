// How a server starts in a pod, by the facts of its image: its command, its user, its home, and what it may write to.

import type { Diagnostic, Result } from '../../diagnostics.ts';
import type { ImageFacts } from '../../image/facts.ts';
import { toKubernetes } from '../../kubernetes/text.ts';
import { pinReference } from '../../registry/reference.ts';
import { positionOf } from '../../source.ts';
import { chooseUser } from './choose-user.ts';
import { layOut } from './lay-out.ts';
import { explainChoice, type Report, reportDoubts, reportLayout, reportNoChoice } from './messages.ts';
import type { Decision, IdentityInput } from './model.ts';
import { checkProgram, findUser, withGroup } from './program.ts';

/** Decides how a server runs. Every choice is a note with its reason; where there is none, an error names all remedies. */
export function decideRunAs(input: IdentityInput): Result<Decision | undefined> {
  const { server, facts } = input;
  const diagnostics: Diagnostic[] = [];
  const report: Report = (problem, field = 'image') => {
    const position = positionOf(server.source, [...server.path, field]);
    diagnostics.push(problem({ position, server: server.name }));
  };
  const argv = [...facts.entrypoint, ...(input.args.length > 0 ? input.args : facts.cmd)];
  const program = checkProgram(input, argv, report);
  const found = findUser(input, report);
  if (!program || !found) return { value: undefined, diagnostics };
  const user = withGroup(found, input.user ?? facts.user, program);

  const choice = chooseUser({
    facts,
    program,
    user,
    isFixed: input.user !== null,
    ...input.options,
  });
  if (choice.way === 'none') {
    reportNoChoice(server, choice, report);
    return { value: undefined, diagnostics };
  }
  explainChoice(server, user, input.user !== null, choice, report);
  reportDoubts(program, choice.identity, report);

  const { uid, gid } = choice.identity;
  const fsGroup = gid === 0 ? uid : gid;
  const identity = { ...choice.identity, groups: [...(choice.identity.groups ?? []), fsGroup] };
  const layout = layOut(input, argv, choice, identity);
  reportLayout(server, layout, identity, report);
  const { home, moves, volumes, hidesFiles } = layout;
  const value: Decision = {
    image: pinReference(server.image, facts.digest),
    ...commandOf(facts, input.args),
    user: uid,
    group: gid,
    fsGroup,
    ...(choice.way === 'user-namespace' && { hostUsers: false }),
    ...(input.env['HOME'] === undefined && { home }),
    volumes,
    moved: Object.fromEntries(moves.map(({ name, to }) => [name, to])),
    hidesFiles,
  };
  return { value, diagnostics };
}

/** An image without an entrypoint starts what its arguments say. */
function commandOf(facts: ImageFacts, args: readonly string[]): Pick<Decision, 'command' | 'args'> {
  // Kubernetes must not expand what the image says.
  const [entrypoint, cmd] = [facts.entrypoint, facts.cmd].map((words) => words.map((word) => toKubernetes([word])));
  const rest = args.length > 0 ? args : (cmd ?? []);
  if (entrypoint && entrypoint.length > 0) return { command: entrypoint, args: rest };
  return { command: rest.slice(0, 1), args: rest.slice(1) };
}
