# id: SSH-06
# title: Keys or settings of the SSH server are open to others
# severity: high
# rationale: Whoever reads the private key of a host can pass himself off as it, and read along. Whoever may write its
#   settings lets himself in.
# references: CIS Debian 12 5.1.1; CIS Debian 12 5.1.2; CIS Debian 12 5.1.3; ATT&CK T1552.004
# needs: nothing
# fix: A
# remedy: Run chown root:root and chmod 600 on the file (RHEL keeps private keys as root:ssh_keys with mode 640). A private
#   key that others could read has to be made anew (ssh-keygen -A).
# timeout: 5 s

detect() {
  local path paths=() mode uid gid trusted
  for path in "$ROOT"/etc/ssh "$ROOT"/etc/ssh/sshd_config{,.d} "$ROOT"/etc/ssh/sshd_config.d/*.conf "$ROOT"/etc/ssh/ssh_host_*; do
    [ -e "$path" ] && paths+=("$path")
  done
  if [ ! -e "$ROOT/etc/ssh/sshd_config" ]; then
    not_applicable 'there is no SSH server'
    return
  fi
  trusted=$(awk -F: '$1 == "ssh_keys" { print $3 }' "$ROOT/etc/group" 2>/dev/null)
  while read -r mode uid gid path; do
    judge "${path#"$ROOT"}" "$mode" "$uid" "$gid" "${trusted:-0}"
  done < <(stat -L -c '%a %u %g %n' -- "${paths[@]}")
  pass
}

# judge PATH MODE UID GID TRUSTED: settings may be read by everybody, keys by root and what helps it alone.
judge() {
  local wrong=''
  [ "$3" = 0 ] || wrong="it belongs to UID $3"
  if ((8#$2 & 8#22)) && { ((8#$2 & 2)) || [ "$4" != 0 ]; }; then
    wrong+="${wrong:+; }others may write it (mode $2)"
  elif [[ $1 == */ssh_host_*_key ]]; then
    if ((8#$2 & 7)); then
      wrong+="${wrong:+; }everybody may read this private key (mode $2)"
    elif ((8#$2 & 8#40)) && [ "$4" != 0 ] && [ "$4" != "$5" ]; then
      wrong+="${wrong:+; }the group with the GID $4 may read this private key (mode $2)"
    fi
  fi
  [ -z "$wrong" ] || fail "$1" "$wrong"
}

fix() {
  local mode group most=755
  read -r mode group < <(stat -L -c '%a %G' -- "$ROOT$1")
  [[ $1 == */ssh_host_*_key ]] && most=600
  if [ "$group" = ssh_keys ]; then most=640; else group=root; fi
  set_owner "$ROOT$1" "root:$group"
  set_mode "$ROOT$1" "$(printf '%04o' $((8#$mode & 8#$most)))"
}

undo() {
  put_back
}
