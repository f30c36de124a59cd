# id: SYS-04
# title: Docker makes others root
# severity: critical
# rationale: Whoever may talk to the Docker daemon starts a container that holds the whole disk of the host, and is root
#   without being asked for anything. A privileged container is kept in by nothing.
# references: ATT&CK T1611; ATT&CK T1610; CIS Docker 1.6 2.4
# needs: root for containers
# facts: processes sockets
# fix: M
# remedy: Run chmod 660 and chown root:docker on the socket; take -H tcp:// out of the daemon's options, or protect it with
#   TLS (docs.docker.com/engine/security/protect-access); start the container without --privileged, with the few
#   capabilities that it needs (--cap-add).
# timeout: 10 s

detect() {
  local path mode uid
  if ! present; then
    not_applicable 'there is no Docker'
    return
  fi
  for path in /run/docker.sock /var/run/docker.sock /run/podman/podman.sock /run/containerd/containerd.sock; do
    # /var/run is a link to /run.
    [ -S "$ROOT$path" ] || continue
    [[ $path == /var/run/* && -S $ROOT/run/${path##*/} ]] && continue
    read -r mode uid < <(stat -L -c '%a %u' -- "$ROOT$path")
    if ((8#$mode & 2)); then
      fail "$path" "everybody may talk to the daemon (mode $mode)"
    elif [ "$uid" != 0 ]; then
      fail "$path" "the socket belongs to UID $uid"
    else
      pass "$path" "its mode is $mode"
    fi
  done
  members
  over_tcp
  privileged
  pass
}

# present: anything that a daemon leaves, or a port that it may listen on.
present() {
  local path
  for path in /run/docker.sock /var/run/docker.sock /run/podman/podman.sock /run/containerd/containerd.sock /var/lib/docker /etc/docker; do
    [ -e "$ROOT$path" ] && return 0
  done
  [[ $(commands_running) == *' dockerd '* ]]
}

members() {
  local names
  names=$(awk -F: '$1 == "docker" && $4 != "" { print $4 }' "$ROOT/etc/group")
  [ -z "$names" ] || fail -s medium group:docker "who is in the group docker is as good as root: $names"
}

# over_tcp: 2376 is the port with TLS.
over_tcp() {
  local protocol state address port comm severity
  while read_fields protocol state address port _ _ _ _ _ _ comm; do
    [[ $protocol == tcp* && $state == LISTEN && $port == 2375 ]] || continue
    [[ -z $comm || $comm == dockerd || $comm == systemd || $comm == podman ]] || continue
    severity=critical
    case $address in 127.* | ::1) severity=high ;; esac
    fail -s "$severity" "listener:${comm:-port}/2375" "the daemon takes orders on $address, port 2375, without asking who gives them"
  done 2>/dev/null <"$FACTS/sockets"
}

# privileged: as the daemon keeps it on its disk, so that it need not be asked.
privileged() {
  local folder id name
  if [ -d "$ROOT/var/lib/docker" ] && [ ! -r "$ROOT/var/lib/docker/containers" ]; then
    [ "$IS_ROOT" = 1 ] || unknown containers 'what containers may do can be read by root alone'
    return
  fi
  for folder in "$ROOT"/var/lib/docker/containers/*/; do
    grep -qs '"Privileged":true' "$folder/hostconfig.json" || continue
    grep -qs '"Running":true' "$folder/config.v2.json" || continue
    id=${folder%/}
    id=${id##*/}
    name=$(sed -nE 's/.*"Name":"\/([^"]+)".*/\1/p' "$folder/config.v2.json" | head -n 1)
    fail -s high "container:${name:-${id:0:12}}" "the container ${name:-${id:0:12}} runs privileged"
  done
}
