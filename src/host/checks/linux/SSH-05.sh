# id: SSH-05
# title: The SSH server gives strangers much time and many tries
# severity: low
# rationale: Each connection that has not logged in yet costs the server something. Few tries, a short time and few such
#   connections at once slow guessing down and leave room for whoever may come in.
# references: CIS Debian 12 5.1.13; CIS Debian 12 5.1.16; CIS Debian 12 5.1.18; ATT&CK T1110
# applies: command sshd
# needs: root
# facts: sshd
# fix: A
# remedy: Write MaxAuthTries 4, LoginGraceTime 60 and MaxStartups 10:30:60 into /etc/ssh/sshd_config, try it with sshd -t,
#   and reload the service.
# timeout: 5 s

use ssh

detect() {
  local tries grace startups
  sshd_answers || return
  tries=$(sshd_value maxauthtries)
  if ((tries > 4)); then
    fail sshd:maxauthtries "MaxAuthTries is $tries, where 4 is enough"
  else
    pass sshd:maxauthtries "MaxAuthTries is $tries"
  fi
  grace=$(sshd_value logingracetime)
  if ((grace == 0)); then
    fail sshd:logingracetime 'LoginGraceTime is 0: a connection that never logs in is never ended'
  elif ((grace > 60)); then
    fail sshd:logingracetime "LoginGraceTime is $grace seconds, where 60 are enough"
  else
    pass sshd:logingracetime "LoginGraceTime is $grace seconds"
  fi
  # start:rate:full (sshd_config(5)).
  startups=$(sshd_value maxstartups)
  if ((${startups%%:*} > 10 || ${startups##*:} > 60)); then
    fail sshd:maxstartups "MaxStartups is $startups, where 10:30:60 is enough"
  else
    pass sshd:maxstartups "MaxStartups is $startups"
  fi
}

fix() {
  case $1 in
    sshd:maxauthtries) set_sshd "$1" MaxAuthTries 4 ;;
    sshd:logingracetime) set_sshd "$1" LoginGraceTime 60 ;;
    sshd:maxstartups) replace_sshd "$1" MaxStartups 10:30:60 ;;
  esac
}

undo() {
  put_back
}
