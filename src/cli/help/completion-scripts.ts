import type { Row } from './completion-table.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What a shell reads to complete command lines of ours: a table, and the shell's own way of asking it. */
export function completionScript(shell: Shell, rows: readonly Row[]): string {
  if (shell === 'fish') return fish(rows);
  return `${shell === 'zsh' ? '#compdef holdfast\n' : ''}${table(rows)}${shell === 'zsh' ? ZSH : BASH}`;
}

/** Words of ours are letters, digits and dashes: nothing in them means anything to a shell. */
const quoted = (words: readonly string[]): string => `'${words.join(' ')}'`;

/** The same for bash and zsh. */
function table(rows: readonly Row[]): string {
  const cases = rows.map(({ path, words, options, fileOptions, valueOptions, takes }) =>
    [
      `    '${path}')`,
      `hf_words=${quoted(words)} hf_options=${quoted(options)}`,
      `hf_files=${quoted(fileOptions)} hf_values=${quoted(valueOptions)} hf_takes=${takes} ;;`,
    ].join(' '),
  );
  const paths = rows.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`]));
  return `# Completion of holdfast, made by: holdfast completion
# Finds the verb in the words typed so far, and what may follow it.
_holdfast_verb() {
  hf_path=
  local word next
  for word in "$@"; do
    case $word in -*) continue ;; esac
    next=\${hf_path:+$hf_path }$word
    case $next in ${paths.join('|')}) hf_path=$next ;; esac
  done
  case $hf_path in
${cases.join('\n')}
  esac
}
`;
}

const BASH = `
_holdfast() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} name
  local hf_path hf_words hf_options hf_files hf_values hf_takes
  COMPREPLY=()
  _holdfast_verb "\${COMP_WORDS[@]:1:COMP_CWORD-1}"
  _holdfast_take() { while IFS= read -r name; do COMPREPLY+=("$name"); done; }
  # Names may hold anything: readline quotes them.
  _holdfast_names() { type compopt >/dev/null 2>&1 && compopt -o filenames "$@" 2>/dev/null; }
  if [[ " $hf_files " == *" $before "* ]]; then
    _holdfast_names
    _holdfast_take < <(compgen -f -- "$cur")
  elif [[ " $hf_values " == *" $before "* ]]; then
    return 0
  elif [[ $cur == -* ]]; then
    _holdfast_take < <(compgen -W "$hf_options" -- "$cur")
  elif [[ -n $hf_words ]]; then
    _holdfast_take < <(compgen -W "$hf_words" -- "$cur")
  else
    case $hf_takes in remote|both)
      _holdfast_take < <("$1" completion paths -- "\${cur//\\\\/}" 2>/dev/null </dev/null)
      _holdfast_names
      # A folder is not the end of the word.
      [[ \${#COMPREPLY[@]} -gt 0 && \${COMPREPLY[0]} == */ ]] && _holdfast_names -o nospace ;;
    esac
    case $hf_takes in local|both)
      _holdfast_names
      _holdfast_take < <(compgen -f -- "$cur") ;;
    esac
  fi
  return 0
}
complete -F _holdfast holdfast ./holdfast
`;

const ZSH = `
_holdfast() {
  local hf_path hf_words hf_options hf_files hf_values hf_takes
  local cur=\${words[CURRENT]} before=\${words[CURRENT-1]}
  local -a found folders files
  _holdfast_verb "\${(@Q)words[2,CURRENT-1]}"
  if [[ " $hf_files " == *" $before "* ]]; then
    _files
  elif [[ " $hf_values " == *" $before "* ]]; then
    return 1
  elif [[ $cur == -* ]]; then
    compadd -- \${=hf_options}
  elif [[ -n $hf_words ]]; then
    compadd -- \${=hf_words}
  else
    case $hf_takes in (remote|both)
      found=("\${(@f)$("\${words[1]}" completion paths -- "\${(Q)cur}" 2>/dev/null </dev/null)}")
      folders=(\${(M)found:#*/}) files=(\${\${found:#*/}:#})
      # A folder is not the end of the word.
      (( $#folders )) && compadd -S '' -a folders
      (( $#files )) && compadd -a files ;;
    esac
    case $hf_takes in (local|both) _files ;; esac
  fi
}
if [[ \${funcstack[1]} == _holdfast ]]; then _holdfast "$@"; else compdef _holdfast holdfast; fi
`;

function fish(rows: readonly Row[]): string {
  const list = (words: readonly string[]): string => words.join(' ');
  const cases = rows.map(
    ({ path, words, options, fileOptions, valueOptions, takes }) => `    case '${path}'
      set hf_words ${list(words)}
      set hf_options ${list(options)}
      set hf_files ${list(fileOptions)}
      set hf_values ${list(valueOptions)}
      set hf_takes ${takes}`,
  );
  const paths = rows.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`]));
  return `# Completion of holdfast, made by: holdfast completion
function __holdfast_complete
  set -l typed (commandline -opc)
  set -l cur (commandline -ct)
  set -l program $typed[1]
  set -l before $typed[-1]
  set -l hf_path ''
  set -l hf_words; set -l hf_options; set -l hf_files; set -l hf_values; set -l hf_takes
  for word in $typed[2..]
    string match -q -- '-*' $word; and continue
    set -l next (string trim "$hf_path $word")
    contains -- $next ${paths.join(' ')}; and set hf_path $next
  end
  switch "$hf_path"
${cases.join('\n')}
  end
  if contains -- $before $hf_files
    __fish_complete_path $cur
  else if contains -- $before $hf_values
    return
  else if string match -q -- '-*' $cur
    printf '%s\\n' $hf_options
  else if set -q hf_words[1]
    printf '%s\\n' $hf_words
  else
    contains -- $hf_takes remote both; and $program completion paths -- (string unescape -- $cur) 2>/dev/null </dev/null
    contains -- $hf_takes local both; and __fish_complete_path $cur
  end
end
complete -c holdfast -f -a '(__holdfast_complete)'
`;
}
