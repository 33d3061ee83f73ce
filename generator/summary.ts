// A report as a person reads it first: what to do, what differs from Docker in one line a kind, and numbers.

import type { Diagnostic, Severity, Task } from './diagnostics.ts';
import { createSecret } from './diagnostics/types.ts';
import { printable } from './printable.ts';
import { addTo } from './grouped.ts';

/** Mistakes of one kind that are shown whole; of more, the first stands for all. */
const maxOfKind = 3;
/** Mistakes that are all shown, whatever their kinds. */
const maxWhole = 20;
/** Names, tasks: more are counted. */
const maxNames = 4;
const maxTasks = 8;

/** `print`: one diagnostic in full. Notes are for an output that there is: with errors there are none. */
export function summarize(diagnostics: readonly Diagnostic[], print: (diagnostic: Diagnostic) => string): string {
  const of = (severity: Severity): Diagnostic[] => diagnostics.filter((one) => one.severity === severity);
  const [errors, warnings] = [of('error'), of('warning')];
  const mistakes = diagnostics.filter(({ severity }) => severity !== 'note');
  const shown = mistakes.length <= maxWhole ? mistakes.map(print) : gather(mistakes, print);
  const notes = errors.length > 0 ? [] : of('note');
  const plain = notes.filter(({ task, summary }) => task === undefined && summary === undefined).map(print);
  const tasks = errors.length > 0 ? [] : describeTasks(diagnostics.flatMap(({ task }) => task ?? []));
  const differences = describeDifferences(notes);
  const numbers = [count(errors, 'error'), count(warnings, 'warning'), count(notes, 'note')].filter(Boolean).join(', ');
  const isNumbered = mistakes.length + tasks.length + differences.length > 0;
  return [...tasks, ...shown, ...plain, ...differences, ...(isNumbered ? [numbers] : [])]
    .map((line) => `${line}\n`)
    .join('');
}

/** Each kind once, where it comes first. */
function gather(mistakes: readonly Diagnostic[], print: (diagnostic: Diagnostic) => string): string[] {
  const kinds = new Map<string, Diagnostic[]>();
  for (const mistake of mistakes) {
    const kind = `${mistake.severity} ${mistake.code}`;
    addTo(kinds, kind, mistake);
  }
  return [...kinds.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    if (others.length < maxOfKind) return [first, ...others].map(print);
    const servers = others.flatMap(({ server }) => server ?? []);
    const where = servers.length === 0 ? '' : ` (${someOf(servers)})`;
    return [print(first), `  and ${others.length} more ${first.code}${where}; --verbose shows them`];
  });
}

/** A Secret with all that servers read of it. */
interface Wanted {
  readonly from: ReadonlySet<string>;
  readonly isOptional: boolean;
}

function secretsOf(tasks: readonly Task[]): ReadonlyMap<string, Wanted> {
  const secrets = new Map<string, Wanted>();
  for (const task of tasks) {
    if (!('secret' in task)) continue;
    const { from, isOptional } = secrets.get(task.secret) ?? { from: [], isOptional: true };
    secrets.set(task.secret, { from: new Set([...from, ...task.from]), isOptional: isOptional && task.isOptional });
  }
  return secrets;
}

/** Where hints create the same Secret, each for its own keys: the first creates it with all of them, and the others say no more of that. */
export function createOnce(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const secrets = secretsOf(diagnostics.flatMap(({ task }) => task ?? []));
  const told = new Set<string>();
  return diagnostics.map((diagnostic) => {
    const { task, hint } = diagnostic;
    if (task === undefined || hint === undefined || !('secret' in task)) return diagnostic;
    const own = createSecret(task.secret, task.from);
    if (!hint.startsWith(own)) return diagnostic;
    const isFirst = !told.has(task.secret);
    told.add(task.secret);
    const all = createSecret(task.secret, [...(secrets.get(task.secret)?.from ?? [])]);
    const rest = hint.slice(own.length);
    return { ...diagnostic, hint: isFirst ? all + rest : rest.replace(/^; /, '') };
  });
}

function describeTasks(tasks: readonly Task[]): string[] {
  const secrets = secretsOf(tasks);
  const texts = new Set(tasks.flatMap((task) => ('text' in task ? [task.text] : [])));
  const lines = [
    ...[...secrets].map(([name, { from, isOptional }]) => {
      const command = createSecret(name, ['--namespace mcp', ...from]);
      return isOptional ? `${command}    # optional` : command;
    }),
    ...texts,
  ];
  if (lines.length === 0) return [];
  const more = lines.length > maxTasks ? [`  and ${lines.length - maxTasks} more; --verbose shows them`] : [];
  return [
    'To do before helm install (mcp is the namespace of the release):',
    ...lines.slice(0, maxTasks).map((line) => `  ${printable(line)}`),
    ...more,
  ];
}

function describeDifferences(notes: readonly Diagnostic[]): string[] {
  const kinds = new Map<string, string[]>();
  for (const { summary, server } of notes) {
    if (summary !== undefined) addTo(kinds, summary, server ?? '');
  }
  if (kinds.size === 0) return [];
  const lines = [...kinds].map(([summary, servers]) => {
    const named = servers.filter((server) => server !== '');
    return `  ${summary}: ${servers.length}${named.length === 0 ? '' : ` (${someOf(named)})`}`;
  });
  return ['Different from Docker (--verbose lists them, mcpgen explain says why):', ...lines];
}

function someOf(names: readonly string[]): string {
  const unique = [...new Set(names)].map(printable);
  const more = unique.length > maxNames ? ` and ${unique.length - maxNames} more` : '';
  return `${unique.slice(0, maxNames).join(', ')}${more}`;
}

/** `2 errors`, or '' for none. */
export function count({ length }: readonly Diagnostic[], noun: string): string {
  return length === 0 ? '' : `${length} ${noun}${length === 1 ? '' : 's'}`;
}
