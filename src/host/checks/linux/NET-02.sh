# id: NET-02
# title: The way out of this host has changed
# severity: medium
# rationale: Whoever changes the router, the name servers or the hosts file reads along, or sends programs to a server of
#   his own. It changes seldom on a server, and then somebody knows why.
# references: ATT&CK T1557; ATT&CK T1565.001
# needs: nothing
# fix: M
# remedy: If nobody knows of the change, look who made it (ls -l on the file, ip route, the log of the network service) and
#   put it back; if it is right, take the present state as known.
# timeout: 5 s

detect() {
  local before now line
  [ -z "$CONTAINER" ] || { not_applicable 'whoever starts a container says how it reaches the network'; return; }
  now=$(facts_now)
  printf '%s\n' "$now" | remember
  if ! before=$(known_before); then
    pass network 'remembered for later scans'
    return
  fi
  while IFS= read -r line; do
    [ -n "$line" ] && fail "network:${line%% *}:${line#* }" "new: $line"
  done < <(comm -13 <(printf '%s\n' "$before") <(printf '%s\n' "$now"))
  while IFS= read -r line; do
    [ -n "$line" ] && fail "network:${line%% *}:${line#* }" "gone: $line"
  done < <(comm -23 <(printf '%s\n' "$before") <(printf '%s\n' "$now"))
  pass
}

# facts_now: one a line, sorted: the ways out, the name servers, the lines of hosts. Addresses that a server lends for a
# while, and that change with it, are left out.
facts_now() {
  {
    # Gateways stand there in the byte order of the machine.
    awk 'NR > 1 && $2 == "00000000" && $8 == "00000000" { print "route", $1, $3 }' "$ROOT/proc/net/route" 2>/dev/null |
      while read -r word interface hex; do
        printf '%s default via %d.%d.%d.%d dev %s\n' "$word" "0x${hex:6:2}" "0x${hex:4:2}" "0x${hex:2:2}" "0x${hex:0:2}" "$interface"
      done
    awk '$1 ~ /^0+$/ && $2 == "00" && $5 !~ /^0+$/ && $10 != "lo" { print "route default via", $5, "dev", $10 }' "$ROOT/proc/net/ipv6_route" 2>/dev/null
    awk '$1 == "nameserver" || $1 == "search" { $1 = $1; print "dns", $0 }' "$ROOT/etc/resolv.conf" 2>/dev/null
    awk '!/^[ \t]*(#|$)/ { sub(/#.*/, ""); $1 = $1; print "hosts", $0 }' "$ROOT/etc/hosts" 2>/dev/null
  } | sort -u
}
