# id: ACC-08
# title: Passwords can be guessed without end, or empty ones are let in
# severity: high
# rationale: Where nothing counts failures, a list of a million common passwords is tried over night. nullok lets an empty
#   password in as soon as an account has one.
# references: CIS Debian 12 5.3.2.2; CIS Debian 12 5.3.3.4.1; ATT&CK T1110.001
# needs: root for empty passwords
# facts: processes sshd
# fix: G
# cuts: whoever logs in with an empty password
# remedy: Take nullok out of the line of pam_unix.so. To count failures, enable pam_faillock: on Debian put its lines
#   around pam_unix.so in /etc/pam.d/common-auth (pam_faillock(8), EXAMPLES), on RHEL run authselect enable-feature
#   with-faillock. Or install fail2ban.
# timeout: 5 s

readonly STACKS=(common-auth system-auth password-auth sshd login)
readonly WATCHERS='fail2ban-server sshguard crowdsec denyhosts'

detect() {
  local name files=() file
  for name in "${STACKS[@]}"; do
    [ -r "$ROOT/etc/pam.d/$name" ] && files+=("$ROOT/etc/pam.d/$name")
  done
  if [ ${#files[@]} -eq 0 ]; then
    not_applicable 'there is no PAM'
    return
  fi
  while IFS= read -r file; do
    lets_empty_in "${file#"$ROOT"}"
  done < <(grep -lE '^[[:space:]]*-?auth[[:space:]].*pam_unix\.so.*[[:space:]]nullok' -- "${files[@]}")
  if grep -Eq '^[[:space:]]*-?auth[[:space:]].*pam_(faillock|tally2)\.so' -- "${files[@]}"; then
    pass pam:faillock 'PAM counts failures'
  else
    nobody_counts
  fi
}

# lets_empty_in FILE: Debian comes so, and no harm is done before an account has an empty password.
lets_empty_in() {
  if [ ! -r "$ROOT/etc/shadow" ]; then
    fail -s low "$1" 'nullok lets empty passwords in; whether there are any was not to be seen'
  elif grep -Eq '^[^:]+::' "$ROOT/etc/shadow"; then
    fail "$1" 'nullok lets empty passwords in, and an account has one'
  else
    fail -s low "$1" 'nullok would let empty passwords in; no account has one'
  fi
}

# nobody_counts: it matters where passwords are asked for over the network.
nobody_counts() {
  local watcher
  if watcher=$(watches); then
    pass pam:faillock "$watcher counts failures"
  elif others_hidden; then
    unknown pam:faillock 'whether something else than PAM counts failures was not to be seen: only our own processes are listed (hidepid)'
  elif [ "$(sshd_value passwordauthentication)" = yes ] || [ "$(sshd_value kbdinteractiveauthentication)" = yes ]; then
    fail pam:faillock 'nothing counts failures, and sshd asks for passwords'
  elif have_fact sshd.error; then
    fail -s medium pam:faillock 'nothing counts failures; whether sshd asks for passwords was not to be seen'
  else
    fail -s low pam:faillock 'nothing counts failures; sshd asks for no passwords'
  fi
}

watches() {
  local watcher running
  running=$(commands_running)
  for watcher in $WATCHERS; do
    [[ $running == *" $watcher "* ]] && { printf '%s\n' "$watcher"; return 0; }
  done
  return 1
}

# How failures are counted is for a person to choose: a wrong line there keeps everybody out.
fix() {
  if [[ $1 != /etc/pam.d/* ]]; then
    by_hand 'which failures count, and for how long they lock, is for a person to say'
    return
  elif [ -L "$ROOT$1" ]; then
    by_hand 'authselect writes this file: authselect enable-feature without-nullok'
    return
  fi
  sed -E '/^[[:space:]]*-?auth[[:space:]].*pam_unix\.so/s/[[:space:]]+nullok(_secure)?([[:space:]]|$)/\2/' "$ROOT$1" | set_file "$ROOT$1"
}

undo() {
  put_back
}
