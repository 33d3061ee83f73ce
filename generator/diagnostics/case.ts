// Cases: a command line, its files and what comes of it in one text, which tests run and `--explain` shows.

/** What a command is given: its arguments, and files by name. */
export interface CaseRun {
  readonly args: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

export interface Case extends CaseRun {
  /** All before the files: what it shows, and the command line. */
  readonly head: string;
  /** The part of the text that says what makes the code go away; '' where there is none. */
  readonly fixText: string;
  /** The same run without the mistake, with all of its files. */
  readonly fixed: CaseRun | undefined;
  /** What the command printed when the case was written. */
  readonly stderr: string;
}

/** Sections that begin with `=== NAME`: files, `fixed` for another command line, `fixed FILE`, and results. */
export function parseCase(text: string): Case {
  const [head = '', ...rest] = text.split(/^(?==== )/m);
  const sections = rest.map((section): [name: string, body: string] => {
    const end = section.indexOf('\n');
    return [section.slice(4, end), section.slice(end + 1)];
  });
  const files = new Map(sections.filter(([name]) => !/^(fixed|status|stdout|stderr)\b/.test(name)));
  const fixes = sections.filter(([name]) => /^fixed\b/.test(name));
  const [, command = ''] = fixes.find(([name]) => name === 'fixed') ?? [];
  const changed = fixes.flatMap(([name, body]) => (name === 'fixed' ? [] : [[name.slice(6), body] as const]));
  return {
    head,
    args: argumentsOf(head),
    files,
    fixText: fixes.map(([name, body]) => `=== ${name}\n${body}`).join(''),
    fixed: fixes.length > 0 ? { args: argumentsOf(command), files: new Map([...files, ...changed]) } : undefined,
    stderr: sections.find(([name]) => name === 'stderr')?.[1] ?? '',
  };
}

function argumentsOf(text: string): string[] {
  return /^\$ mcpgen (.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
}
