/** Words of each command in a line of a shell: quotes are taken off, what is redirected is left out. */
export function commandsOf(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  const token =
    /\s+|#.*$|(\|\||&&|[|;])|\d*>>?\s*\S+|<\s*\S+|((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|<\([^)]*\)|\$\([^)]*\)|[^\s"'|;&<>\\])+)/gy;
  token.lastIndex = 0;
  for (let found = token.exec(line); found !== null; found = token.exec(line)) {
    const [all, ends, word] = found;
    if (all.startsWith('#')) break;
    if (ends !== undefined) commands.push([]);
    else if (word !== undefined) {
      commands
        .at(-1)
        ?.push(
          word.replace(
            /"((?:\\.|[^"\\])*)"|'([^']*)'/g,
            (_, double?: string, single?: string) => double ?? single ?? '',
          ),
        );
    }
    if (token.lastIndex >= line.length) break;
  }
  return commands.flatMap((words) => {
    const bare = words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word) && word !== 'sudo'));
    return words.length === 0 || bare.length === 0 ? [] : [bare];
  });
}
