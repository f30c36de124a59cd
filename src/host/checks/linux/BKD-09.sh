# id: BKD-09
# title: The history of commands or of logins is switched off or has holes
# severity: medium
# rationale: Whoever does not want to be seen links the history of a shell to /dev/null, unsets HISTFILE, or blanks records
#   of logins in wtmp. None of that happens by accident.
# references: ATT&CK T1070.003; ATT&CK T1070.006
# needs: root for the homes of other people and the record of logins
# fix: M
# remedy: Ask the owner of the account. Take the line out of the rc file, remove the link, and look in the journal
#   (journalctl -u ssh) for the logins that are missing.
# timeout: 10 s

detect() {
  local account home shell closed=0
  while IFS=: read -r account _ _ _ _ home shell; do
    case $shell in */nologin | */false | */sync | '') continue ;; esac
    case $home in /?*) ;; *) continue ;; esac
    [ -d "$ROOT$home" ] || continue
    if ! [ -x "$ROOT$home" ]; then
      closed=$((closed + 1))
      continue
    fi
    look_home
  done < <(accounts)
  look_logins
  [ $closed -eq 0 ] || unknown 'homes of other people' "$closed homes cannot be looked into without root"
  pass
}

look_home() {
  local file line
  for file in .bash_history .zsh_history .ash_history .sh_history; do
    if [ -L "$ROOT$home/$file" ] && [ "$(readlink -- "$ROOT$home/$file")" = /dev/null ]; then
      fail "$home/$file" "the history of $account is linked to /dev/null"
    fi
  done
  while IFS= read -r -d '' file && IFS= read -r line; do
    fail "${file#"$ROOT"}" "line ${line%%:*} switches the history of $account off"
  done < <(
    set --
    for file in .bashrc .bash_profile .bash_login .profile .zshrc .zshenv .zprofile; do
      [ -f "$ROOT$home/$file" ] && set -- "$@" "$ROOT$home/$file"
    done
    grep -aEnHZ -m 1 '^[^#]*(unset\s+([A-Z]+\s+)*HISTFILE|HISTFILE=("")?(/dev/null)?\s*(;|$)|HIST(FILE)?SIZE=0\s*(;|$)|set\s+\+o\s+history)' -- "$@" /dev/null 2>/dev/null
  )
}

# Records of wtmp are as long as struct utmp of the C library, and never blank.
look_logins() {
  local file=$ROOT/var/log/wtmp length=384 size blank
  [ "$(uname -m)" = aarch64 ] && length=400
  [ -e "$file" ] || return 0
  if ! [ -r "$file" ]; then
    unknown /var/log/wtmp 'it cannot be read'
    return 0
  fi
  size=$(stat -c %s -- "$file")
  # A login that is being written this moment makes it uneven as well, for as long as that takes.
  if ((size % length)) && sleep 0.1 && size=$(stat -c %s -- "$file") && ((size % length)); then
    fail /var/log/wtmp "its $size bytes are no whole number of records of logins"
    return 0
  fi
  blank=$(od -An -v -tx8 -w"$length" -- "$file" | grep -cE '^[ 0]*$')
  if [ "$blank" -gt 0 ]; then
    fail /var/log/wtmp "$blank of $((size / length)) records of logins are blank"
  fi
}
