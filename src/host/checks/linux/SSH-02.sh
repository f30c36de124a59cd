# id: SSH-02
# title: root may log in over SSH with a password
# severity: high
# rationale: Every host has an account of that name, so that only the password has to be guessed, and robots do that all
#   day. Whoever comes in by it leaves no name in the log.
# references: CIS Debian 12 5.1.20; ATT&CK T1110
# applies: command sshd
# needs: root
# facts: sshd
# fix: G
# cuts: whoever logs in as root with a password
# remedy: Make sure that you can log in with a key, write PermitRootLogin prohibit-password (or no) into
#   /etc/ssh/sshd_config, try it with sshd -t, and reload the service.
# timeout: 5 s

use ssh

detect() {
  local severity=high
  # Without any way to send a password, "yes" lets keys in, and no more.
  if [ "$(sshd_value passwordauthentication)" = no ] && [ "$(sshd_value kbdinteractiveauthentication)" = no ]; then severity=low; fi
  judge_sshd -s "$severity" permitrootlogin 'no|prohibit-password|without-password|forced-commands-only'
}

fix() {
  set_sshd "$1" PermitRootLogin prohibit-password
}

undo() {
  put_back
}
