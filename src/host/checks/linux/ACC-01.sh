# id: ACC-01
# title: An account has an empty password
# severity: critical
# rationale: Whoever types the name of such an account is in, at the console, by su, and over the network wherever a
#   server lets empty passwords through.
# references: CIS Debian 12 7.2.2; ATT&CK T1078.003
# needs: root
# fix: G
# cuts: whoever logs in to that account with the empty password
# remedy: Give the account a password (passwd NAME), or lock it (usermod -L NAME); look in the log who used it.
# timeout: 5 s

detect() {
  local name password
  while IFS=: read -r name password _; do
    # Lines with + and - are for NIS.
    [[ -n $name && $name != [-+]* && -z $password ]] && empty "$name" /etc/passwd
  done < <(accounts)
  if [ ! -e "$ROOT/etc/shadow" ]; then
    [ -e "$ROOT/etc/passwd" ] || unknown '/etc/passwd is missing'
  elif [ ! -r "$ROOT/etc/shadow" ]; then
    unknown '/etc/shadow can be read by root alone'
    return
  else
    # Locked ones hold ! or *, which is not empty.
    while IFS=: read -r name password _; do
      [[ -n $name && $name != [-+]* && -z $password ]] && empty "$name" /etc/shadow
    done <"$ROOT/etc/shadow"
  fi
  pass
}

empty() {
  fail "account:$1" "$1 has an empty password in $2"
}

fix() {
  set_account "${1#account:}" lock
}

undo() {
  put_back
}
