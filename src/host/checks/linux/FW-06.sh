# id: FW-06
# title: The rules that filter now are not those after the next start
# severity: medium
# rationale: A rule that was only typed in is gone after the next start, and one that was taken away comes back, on the day
#   when nobody thinks of it.
# references: CIS Debian 12 4.3.10; ATT&CK T1562.004
# needs: root
# facts: firewall
# fix: A
# remedy: Write the running rules down where they are loaded from: nft list ruleset into /etc/nftables.conf (RHEL:
#   /etc/sysconfig/nftables.conf), netfilter-persistent save, or firewall-cmd --runtime-to-permanent. Or load the saved ones,
#   if those are right.
# timeout: 20 s

use firewall

# Tables and chains that programs make at work: they make them again after the next start.
readonly MADE='^(docker.*|DOCKER.*|f2b-.*|crowdsec.*|KUBE-.*|CNI-.*|cali-.*|libvirt.*|LIBVIRT.*|firewalld|podman.*|netavark.*|NETAVARK.*|ts-.*|sshguard)$'

detect() {
  local managers
  firewall_seen || return
  managers=$(firewall_managers)
  case $'\n'$managers$'\n' in
    *$'\nufw\n'*) pass firewall:saved 'ufw loads its rules from /etc/ufw' ;;
    *$'\nfirewalld\n'*) firewalld ;;
    *$'\nnftables\n'*) nftables ;;
    *$'\niptables\n'*) iptables ;;
    *)
      if [ "$(firewall_chains)" = 0 ]; then
        not_applicable 'no firewall filters what comes in (FW-01)'
      elif { have_fact firewall/nft && [ -n "$(own_tables <"$FACTS/firewall/nft")" ]; } || grep -qs '^-A INPUT' "$FACTS/firewall/iptables"; then
        fail firewall:saved 'there are rules, and nothing loads them after the next start'
      else
        pass firewall:saved 'the programs that made the rules make them again'
      fi
      ;;
  esac
}

# own_tables: of a list of rules on stdin, each table as a line of its own: its head, TAB, its rules, without counters, what
# programs add to sets at work, and the tables that they made.
own_tables() {
  awk -v made="$MADE" '
    /^#/ { warned = /is managed by iptables-nft/; next }
    /^table / { head = $2 " " $3; skip = warned || $3 ~ made; warned = 0; body = ""; next }
    /^}/ { if (!skip) print head "\t" body; next }
    /^\tset |^\tmap / { dynamic = 0; at_work = 0 }
    /^\t\tflags .*(dynamic|timeout)/ { dynamic = 1 }
    at_work { if (/}[ \t]*$/) at_work = 0; next }
    dynamic && /^\t\telements = / { if (!/}[ \t]*$/) at_work = 1; next }
    { sub(/^[ \t]+/, ""); gsub(/counter packets [0-9]+ bytes [0-9]+/, "counter"); if ($0 != "") body = body $0 " ; " }
  ' | sort
}

# The saved file is loaded into a network of its own, so that both are told in the same words.
nftables() {
  local file saved table
  file=$ROOT$(nftables_file)
  if [ ! -r "$file" ]; then
    fail firewall:saved "nftables loads ${file#"$ROOT"} after the next start, and it is missing"
    return
  elif ! have_fact firewall/nft; then
    unknown firewall:saved 'nft could not be asked for the rules that run'
    return
  elif ! has unshare; then
    unknown firewall:saved 'unshare is missing, by which the saved rules would be read'
    return
  fi
  # shellcheck disable=SC2016 # the inner shell puts the file in
  if ! saved=$(unshare --net sh -c 'nft -f "$1" && nft -n list ruleset' sh "$file" 2>"$WORK/nft"); then
    if unshare --net true 2>/dev/null; then
      fail firewall:saved "${file#"$ROOT"} cannot be loaded: $(head -n 1 "$WORK/nft")"
    else
      unknown firewall:saved 'the saved rules can only be read in a network of their own, which is not allowed here'
    fi
    return
  fi
  own_tables <<<"$saved" >"$WORK/saved"
  own_tables <"$FACTS/firewall/nft" >"$WORK/now"
  while IFS= read -r table; do
    fail "firewall:saved:$table" "table $table now is not as in ${file#"$ROOT"}"
  done < <(comm -3 "$WORK/saved" "$WORK/now" | sed 's/^\t//' | cut -f1 | sort -u)
  pass firewall:saved 'the running tables are those of the file'
}

iptables() {
  local word file saved=/etc/iptables/rules.v4 saved6=/etc/iptables/rules.v6
  if [ "$OS_FAMILY" = rhel ]; then saved=/etc/sysconfig/iptables saved6=/etc/sysconfig/ip6tables; fi
  for word in iptables:"$saved" ip6tables:"$saved6"; do
    file=${word#*:}
    have_fact "firewall/${word%%:*}" || continue
    if [ ! -e "$ROOT$file" ]; then
      grep -q '^-A' "$FACTS/firewall/${word%%:*}" && fail "firewall:saved:${word%%:*}" "there are rules, and $file is missing"
    elif ! cmp -s <(own_rules <"$ROOT$file") <(own_rules <"$FACTS/firewall/${word%%:*}"); then
      fail "firewall:saved:${word%%:*}" "the rules of ${word%%:*} now are not as in $file"
    fi
  done
  pass firewall:saved 'the running rules are those of the files'
}

own_rules() {
  awk -v made="$MADE" '
    /^#/ { next }
    { sub(/\[[0-9]+:[0-9]+\]/, ""); gsub(/[ \t]+$/, "") }
    /^:/ { if (substr($1, 2) !~ made) print; next }
    /^-A / { for (i = 2; i <= NF; i++) if ($i ~ made) next; print; next }
    { print }
  '
}

firewalld() {
  if [ -n "$ROOT" ] || ! has firewall-cmd; then
    unknown firewall:saved 'firewall-cmd is missing'
  elif cmp -s <(zones) <(zones --permanent); then
    pass firewall:saved 'firewalld loads the zones that run'
  else
    fail firewall:saved 'the zones that run are not those that firewalld saved'
  fi
}

zones() { firewall-cmd "$@" --list-all-zones 2>/dev/null | sed -E 's/ \(.*\)$//; /^  interfaces:/d; /^  sources:/d'; }

# The running rules are written down: they are those that somebody sees at work.
fix() {
  local file saved=/etc/iptables/rules.v4 name=iptables
  case $(firewall_managers) in
    ufw* | firewalld*) by_hand 'have the program that looks after the rules save them: firewall-cmd --runtime-to-permanent' ;;
    iptables)
      [[ $1 == *:ip6tables ]] && { name=ip6tables saved=/etc/iptables/rules.v6; }
      [ "$OS_FAMILY" = rhel ] && saved=/etc/sysconfig/$name
      own_rules <"$FACTS/firewall/$name" | set_file "$ROOT$saved"
      validate "$name-restore" --test "$ROOT$saved"
      ;;
    *)
      file=$ROOT$(nftables_file)
      {
        printf '#!/usr/sbin/nft -f\nflush ruleset\n'
        whole_tables <"$FACTS/firewall/nft"
      } | set_file "$file"
      validate nft -c -f "$file"
      [ -n "$(firewall_managers)" ] || set_service nftables enable
      ;;
  esac
}

# whole_tables: of a list of rules on stdin those tables that no program makes at work, as they stand there.
whole_tables() {
  awk -v made="$MADE" '
    /^#/ { warned = /is managed by iptables-nft/; next }
    /^table / { skip = warned || $3 ~ made; warned = 0 }
    !skip { gsub(/counter packets [0-9]+ bytes [0-9]+/, "counter"); print }
  '
}

undo() {
  put_back
}
