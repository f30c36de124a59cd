# id: SSH-01
# title: The SSH server lets empty passwords in
# severity: critical
# rationale: Together with one account whose password is empty, a name is all that is needed to be in.
# references: CIS Debian 12 5.1.19; ATT&CK T1078
# applies: command sshd
# needs: root
# facts: sshd
# fix: A
# remedy: Write PermitEmptyPasswords no into /etc/ssh/sshd_config, try it with sshd -t, and reload the service.
# timeout: 5 s

use ssh

detect() {
  judge_sshd permitemptypasswords no
}

fix() {
  set_sshd "$1" PermitEmptyPasswords no
}

undo() {
  put_back
}
