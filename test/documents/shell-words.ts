// A shell script as its simple commands: enough of the grammar for what documents show.

/** The words of each simple command, those of `$(…)` too; without assignments, redirections and comments. */
export function simpleCommands(script: string): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  const endWord = (): void => {
    const isAssignment = words.length === 0 && /^\w+=/.test(word ?? '');
    if (word !== undefined && !isAssignment) words.push(word);
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  for (let at = 0; at < script.length; at++) {
    const rest = script.slice(at);
    const redirection = /^\d?[<>]{1,2}&?\s*[^\s|;&]*/.exec(rest)?.[0];
    const [character = ''] = rest;
    if (rest.startsWith('\\\n')) at++;
    else if (character === '\\') word = (word ?? '') + script.charAt(++at);
    else if (rest.startsWith('$(')) {
      const inner = substitution(rest);
      commands.push(...simpleCommands(inner));
      word = `${word ?? ''}$(…)`;
      at += inner.length + 2;
    } else if (character === "'") {
      const end = script.indexOf("'", at + 1);
      word = (word ?? '') + script.slice(at + 1, end);
      at = end;
    } else if (character === '"') {
      const text = /^"((?:\\[^]|\$\((?:[^()]|\([^()]*\))*\)|[^"\\])*)"/.exec(rest)?.[1] ?? '';
      const inner = text.indexOf('$(');
      if (inner !== -1) commands.push(...simpleCommands(substitution(text.slice(inner))));
      word = (word ?? '') + text;
      at += text.length + 1;
    } else if (character === '#' && word === undefined) at += rest.split('\n')[0]?.length ?? 0;
    else if (redirection !== undefined && (word === undefined || /^\d$/.test(word))) {
      word = undefined;
      at += redirection.length - 1;
    } else if (/[\n;|&]/.test(character)) endCommand();
    else if (/\s/.test(character)) endWord();
    else word = (word ?? '') + character;
    if (character === '#' || rest.startsWith('\n')) endCommand();
  }
  endCommand();
  return commands;
}

/** What is inside of `$(…)`, at the start of a text. */
function substitution(text: string): string {
  let depth = 0;
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return text.slice(2, at);
  }
  return text.slice(2);
}
