# id: FIL-02
# title: A program that gives a shell runs as another account
# severity: critical
# rationale: find, vim, bash or python with SUID, or with a capability to become another account, make whoever starts them
#   root by one word on the command line. No distribution ships them like that.
# references: ATT&CK T1548.001
# needs: root for folders of other people
# facts: files
# fix: G
# cuts: The program runs with the rights of whoever starts it from then on.
# remedy: Run chmod ug-s on the file, or setcap -r. Then find out who did it, and since when (ls -lc).
# timeout: 10 s

detect() {
  local name
  need_facts files/suid || return
  local -A escapes=()
  while IFS= read -r name; do escapes[${name:-#}]=1; done <"${BASH_SOURCE[0]%/*}/shell-escapes.txt"
  each_file suid judge
  look_capabilities
  have_fact files/capabilities || unknown 'capabilities' 'getcap is missing, so files with capabilities were not looked at'
  pass
}

judge() {
  local name severity=critical who="account $uid" kind=SUID copy
  if ((8#$mode & 8#4000)); then
    [ "$uid" = 0 ] || severity=high
  else
    ((8#$mode & 8#010)) || return
    kind=SGID who="group $gid" severity=high
  fi
  name=$(bare_name "${path##*/}")
  if [ -n "${escapes[$name]-}" ]; then
    fail -s $severity "$shown" "$name is $kind and runs as $who"
  elif copy=$(is_copy_of_shell); then
    fail -s $severity "$shown" "it is a copy of $copy, $kind, and runs as $who"
  fi
}

# python3.11 is python, vim.basic is itself.
bare_name() {
  local name=$1
  [ -n "${escapes[$name]-}" ] || name=${name%%[0-9]*} name=${name%-}
  printf '%s\n' "$name"
}

# A shell under another name has its size and its bytes.
is_copy_of_shell() {
  local shell
  for shell in bash dash zsh busybox; do
    shell=$ROOT/bin/$shell
    [ -f "$shell" ] || continue
    if [ "$(stat -Lc %s -- "$shell")" = "$size" ] && start_of "$size" "$path" | cmp -s -- "$shell" -; then
      printf '%s\n' "${shell#"$ROOT"}"
      return 0
    fi
  done
  return 1
}

look_capabilities() {
  local -a all
  local at name
  have_fact files/capabilities || return 0
  mapfile -d '' -t all <"$FACTS/files/capabilities"
  for ((at = 0; at + 7 < ${#all[@]}; at += 8)); do
    name=$(bare_name "${all[at + 6]##*/}")
    [ -n "${escapes[$name]-}" ] || continue
    case ${all[at + 7]} in
    *cap_setuid* | *cap_setgid* | *cap_sys_admin* | *cap_dac_override* | *cap_dac_read_search* | *cap_sys_ptrace* | *cap_sys_module* | *cap_chown* | *cap_fowner* | =*)
      fail "${all[at + 6]#"$ROOT"}" "$name has the capabilities ${all[at + 7]}"
      ;;
    esac
  done
}

fix() {
  local mode
  mode=$(stat -c %a -- "$ROOT$1") || return
  if ((8#$mode & 8#6000)); then set_mode "$ROOT$1" "$(printf '%04o' $((8#$mode & 8#1777)))"; else by_hand "take its capabilities away: setcap -r $1"; fi
}

undo() { put_back; }
