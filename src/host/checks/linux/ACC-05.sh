# id: ACC-05
# title: An account of a program can be logged in to
# severity: medium
# rationale: Programs need no shell. Where their account has one, a password or a key that somebody put there is a way in
#   that looks like the program at work.
# references: CIS Debian 12 5.4.2.7; ATT&CK T1078.003
# needs: root for passwords and keys
# fix: G
# cuts: whoever logs in as that account, and cron jobs that need its shell
# remedy: Take the shell away with usermod -s /usr/sbin/nologin NAME, if no person and no job logs in as it.
# timeout: 5 s

detect() {
  local name uid home shell least
  least=$(awk '$1 == "UID_MIN" { print $2 }' "$ROOT/etc/login.defs" 2>/dev/null)
  while IFS=: read -r name _ uid _ _ home shell; do
    [[ $name != [-+]* && $uid =~ ^[0-9]+$ && $uid -gt 0 && $uid -lt ${least:-1000} ]] || continue
    # An empty one is /bin/sh (passwd(5)).
    case ${shell:=/bin/sh} in
      */nologin | */false | */true | */sync | */shutdown | */halt | */git-shell) ;;
      *) judge "$name" "$home" "$shell" ;;
    esac
  done < <(accounts)
  pass
}

# judge NAME HOME SHELL: what counts is whether there is something to log in with.
judge() {
  local evidence="$1 has the shell $3" ways=''
  if [ ! -r "$ROOT/etc/shadow" ]; then
    unknown "account:$1" "$evidence; whether it has a password can be seen by root alone"
    return
  fi
  # A hash begins with $, _ or a letter; what is locked with ! or *.
  grep -Eq "^$1:[\$_./0-9A-Za-z]" "$ROOT/etc/shadow" && ways=' and a password'
  [ -s "$ROOT$2/.ssh/authorized_keys" ] && ways+=' and an SSH key'
  if [ -n "$ways" ]; then
    fail "account:$1" "$evidence$ways"
  else
    fail -s info "account:$1" "$evidence, but neither password nor SSH key"
  fi
}

fix() {
  local name=${1#account:} nologin=/usr/sbin/nologin
  [ "$OS_FAMILY" = rhel ] && nologin=/sbin/nologin
  awk -F: -v OFS=: -v name="$name" -v shell="$nologin" '$1 == name { $7 = shell } { print }' "$ROOT/etc/passwd" |
    set_file "$ROOT/etc/passwd"
}

undo() {
  put_back
}
