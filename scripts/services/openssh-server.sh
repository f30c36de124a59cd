# Debian's SSH server, which the tests of the host scanner ask how it would act, and start themselves. Sourced.
#
# It is unpacked into .services/openssh-server and not installed: an installed one would begin to let people into this machine.

readonly OPENSSH=9.2
readonly openssh_folder="$services/openssh-server"

openssh_version() { "$openssh_folder/sshd" -V 2>&1 | sed -n 's/^OpenSSH_\([0-9.p]*\).*/\1/p'; }

# The client makes keys, and tries passwords.
fetch_client() {
  command -v ssh-keygen >/dev/null 2>&1 || apt_install openssh-client || die 'could not install openssh-client'
}

fetch_openssh() {
  if [ "$(openssh_version)" = "$OPENSSH" ]; then say "sshd of OpenSSH $OPENSSH is there"; return; fi
  unpack_packages "$openssh_folder" "openssh-server=1:$OPENSSH*" libwrap0
  write_starter "$openssh_folder" usr/sbin/sshd libwrap.so.0
}

# What counts is what runs, not what an installer said.
check_openssh() {
  local found
  found=$(openssh_version)
  [ "$found" = "$OPENSSH" ] || die "expected sshd $OPENSSH, found \"$found\""
  say "sshd $found    $openssh_folder/sshd"
}

fetch_client
fetch_openssh
check_openssh
