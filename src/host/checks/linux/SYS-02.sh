# id: SYS-02
# title: A service of a more trusting time is installed
# severity: high
# rationale: telnet, rsh, tftp, NIS and talk send passwords in clear, believe whatever name a host gives itself, or ask
#   nobody at all. SSH and LDAP over TLS do their work.
# references: CIS Debian 12 2.1.10; CIS Debian 12 2.1.16; CIS Debian 12 2.2.1; CIS Debian 12 2.2.4; ATT&CK T1040
# needs: nothing
# facts: packages processes
# fix: G
# cuts: whoever still uses that service
# remedy: Stop the service (systemctl disable --now NAME), and remove the package (apt-get purge NAME, dnf remove NAME).
# timeout: 5 s

readonly LEGACY=${BASH_SOURCE[0]%/*}/sys-legacy.tsv

detect() {
  local pattern kind unit program why name version running
  if ! have_fact packages/list; then
    unknown 'the packages were not listed'
    return
  fi
  running=$(commands_running)
  while read -r name version; do
    while IFS=$'\t' read -r pattern kind unit program why; do
      # shellcheck disable=SC2053 # the right side is a pattern
      [[ $pattern != '#'* && ${name%%:*} == $pattern ]] || continue
      if [ "$kind" = client ]; then
        fail -s info "package:$name" "$name $version: $why"
      elif [[ $running == *" $program "* ]]; then
        fail "package:$name" "$name $version runs: $why"
      elif [[ $unit == *.socket ]] && compgen -G "$ROOT/etc/systemd/system/*.wants/$unit" >/dev/null; then
        # The RHEL family starts them so, and they run no longer than somebody is connected.
        fail "package:$name" "$name $version is started by $unit for whoever connects: $why"
      elif others_hidden; then
        fail -s medium "package:$name" "$name $version is installed; whether it runs was not to be seen (hidepid): $why"
      else
        fail -s medium "package:$name" "$name $version is installed and does not run just now: $why"
      fi
      break
    done <"$LEGACY"
  done < <(grep -E '^(inetutils|telnet|krb5-telnet|rsh|rwho|tftp|atftp|nis|yp|talk)' "$FACTS/packages/list")
  pass
}

fix() {
  local name=${1#package:} pattern kind unit program running
  running=$(commands_running)
  while IFS=$'\t' read -r pattern kind unit program _; do
    # shellcheck disable=SC2053 # the right side is a pattern
    [[ $pattern != '#'* && ${name%%:*} == $pattern ]] || continue
    if [ "$kind" = client ] || { [[ $running != *" $program "* ]] && ! compgen -G "$ROOT/etc/systemd/system/*.wants/$unit" >/dev/null; }; then
      by_hand "remove the package if nobody needs it: $name"
    else
      set_service "$unit" stop
      set_service "$unit" disable
    fi
    return
  done <"$LEGACY"
}

undo() {
  put_back
}
