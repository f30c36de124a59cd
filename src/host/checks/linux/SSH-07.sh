# id: SSH-07
# title: The SSH server believes other hosts, or lets users set the environment
# severity: medium
# rationale: With host based login whoever controls another host is in here as well. A user who sets LD_PRELOAD before the
#   login gets around whatever his login is restricted to.
# references: CIS Debian 12 5.1.10; CIS Debian 12 5.1.11; CIS Debian 12 5.1.21; ATT&CK T1021.004
# applies: command sshd
# needs: root
# facts: sshd
# fix: G
# cuts: whoever logs in because the host that he comes from is believed
# remedy: Write HostbasedAuthentication no, IgnoreRhosts yes and PermitUserEnvironment no into /etc/ssh/sshd_config, try it
#   with sshd -t, and reload the service.
# timeout: 5 s

use ssh

detect() {
  sshd_answers || return
  judge_sshd hostbasedauthentication no
  # It has a say in host based login alone.
  if [ "$(sshd_value hostbasedauthentication)" = yes ]; then judge_sshd ignorerhosts 'yes|shosts-only'; fi
  judge_sshd permituserenvironment no
}

fix() {
  case $1 in
    sshd:ignorerhosts*) set_sshd "$1" IgnoreRhosts yes ;;
    sshd:hostbasedauthentication*) set_sshd "$1" HostbasedAuthentication no ;;
    sshd:permituserenvironment*) set_sshd "$1" PermitUserEnvironment no ;;
  esac
}

undo() {
  put_back
}
