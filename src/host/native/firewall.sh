# Walking the rules of the firewall, and adding some. A check that wants these says `use firewall`.

# outer_interfaces: by which others reach this host; those of containers, virtual machines and private networks are inside.
outer_interfaces() {
  local path name
  for path in "$ROOT"/sys/class/net/*; do
    name=${path##*/}
    case $name in lo | docker* | br-* | veth* | virbr* | vnet* | cni* | flannel* | cali* | lxc* | lxd* | podman* | tailscale* | wg* | zt* | '*') continue ;; esac
    printf '%s ' "$name"
  done
}

# firewall_seen: whether there are rules to walk; if not, that is told. A host without any tool has none that are seen.
firewall_seen() {
  local name said
  if [ -n "$CONTAINER" ]; then
    not_applicable 'the host of a container filters for it'
    return 1
  fi
  have_fact firewall/nft || have_fact firewall/iptables && return 0
  for name in nft iptables; do
    have_fact "firewall/$name.error" || continue
    IFS= read -r said <"$FACTS/firewall/$name.error"
    unknown "$name could not be asked for the rules: ${said:-it said nothing}"
    return 1
  done
}

# firewall_says: answers to questions like `4 tcp 22` on stdin, as firewall.awk gives them.
firewall_says() {
  local -a words=()
  have_fact firewall/nft && words+=(kind=nft "$FACTS/firewall/nft")
  have_fact firewall/iptables && words+=(kind=ipt4 "$FACTS/firewall/iptables")
  have_fact firewall/ip6tables && words+=(kind=ipt6 "$FACTS/firewall/ip6tables")
  awk -v interfaces="$(outer_interfaces)" -f "${BASH_SOURCE[0]%/*}/firewall.awk" ${words[@]+"${words[@]}"} kind=query -
}

# firewall_chains: how many chains look at what comes in.
firewall_chains() { firewall_says </dev/null | sed -n 's/^chains //p'; }

# firewall_default FAMILY: what becomes of a connection that no rule names, `open policy accept`.
firewall_default() { firewall_says <<<"$1 tcp 0" | sed -n 's/^[46] tcp 0 //p'; }

# outer_listeners: `FAMILY PROTOCOL PORT COMMAND` for each port that listens for others, sorted, each once. What listens on all
# addresses of IPv6 takes IPv4 as well.
outer_listeners() {
  local -a fields=()
  local at protocol address port comm
  { mapfile -d '' -t fields <"$FACTS/sockets"; } 2>/dev/null
  for ((at = 0; at + 10 < ${#fields[@]}; at += 11)); do
    protocol=${fields[at]} address=${fields[at + 2]} port=${fields[at + 3]} comm=${fields[at + 10]:-?}
    # A program calls itself what it likes: a line break would make a line of its own, and a port that is let in.
    comm=${comm//[[:cntrl:]]/?}
    case $protocol:${fields[at + 1]}:$address in
      *:127.* | *:::1) ;;
      tcp6:LISTEN:* | udp6:CLOSE:*)
        [ "$address" != :: ] || printf '4 %s %s %s
' "${protocol%6}" "$port" "$comm"
        printf '6 %s %s %s
' "${protocol%6}" "$port" "$comm"
        ;;
      tcp:LISTEN:* | udp:CLOSE:*) printf '4 %s %s %s
' "$protocol" "$port" "$comm" ;;
    esac
  done | sort -u
}

# handed_on: `FAMILY PROTOCOL PORT TARGET` for each port that is handed on to a container whoever asks, as Docker and Podman publish them:
# such packets never come to the rules for what comes in. Not what only some may reach, nor anything where people wrote rules in DOCKER-USER.
handed_on() {
  local family name
  for family in 4 6; do
    name=iptables
    [ "$family" = 4 ] || name=ip6tables
    awk -v family="$family" '
      /^-A DOCKER-USER / && !/ -j RETURN$/ { own = 1 }
      { sub(/ ! -i [^ ]+/, "") }
      /^-A .* -j DNAT / && / --dport [0-9]+ / && !/ (-s|-i|!|-d 127[^ ]*|-d ::1[^ ]*|--match-set) / {
        protocol = port = target = ""
        for (at = 1; at < NF; at++) {
          if ($at == "-p") protocol = $(at + 1)
          if ($at == "--dport") port = $(at + 1)
          if ($at == "--to-destination") target = $(at + 1)
        }
        found[protocol " " port] = target
      }
      END { if (!own) for (each in found) print family, each, found[each] }
    ' "$FACTS/firewall/$name" 2>/dev/null
  done | sort -u
}

# firewall_managers: who looks after the rules: ufw, firewalld, nftables, iptables, or several of them, one a line.
firewall_managers() {
  local wants=$ROOT/etc/systemd/system
  if grep -qs '^Status: active' "$FACTS/firewall/ufw" || grep -qsi '^ENABLED=yes' "$ROOT/etc/ufw/ufw.conf"; then echo ufw; fi
  if grep -qsx running "$FACTS/firewall/firewalld" || compgen -G "$wants/*.wants/firewalld.service" >/dev/null; then echo firewalld; fi
  if compgen -G "$wants/*.wants/nftables.service" >/dev/null; then echo nftables; fi
  if compgen -G "$wants/*.wants/netfilter-persistent.service" >/dev/null || compgen -G "$wants/*.wants/iptables.service" >/dev/null; then
    echo iptables
  fi
}

# nftables_file: what nftables.service loads.
nftables_file() {
  if [ "$OS_FAMILY" = rhel ]; then echo /etc/sysconfig/nftables.conf; else echo /etc/nftables.conf; fi
}

# add_table NAME: a table of our own, whose text is on stdin, now and after the next start. A packet must pass every chain, so that it
# closes what the others leave open, and touches none of them.
add_table() {
  local config rules=$WORK/$1.nft managers
  config=$ROOT$(nftables_file)
  managers=$(firewall_managers)
  cat >"$rules"
  {
    if [ -r "$config" ]; then
      awk -v head="table inet $1 {" '$0 == head { skip = 1 } !skip { print } /^}/ { skip = 0 }' "$config"
    else
      printf '#!/usr/sbin/nft -f\nflush ruleset\n'
    fi
    cat -- "$rules"
  } | set_file "$config"
  validate nft -c -f "$config"
  load_rules nft "$rules"
  [ -n "$managers" ] || set_service nftables enable
}

# others_manage UFW FIREWALLD IPTABLES: whether another program looks after the rules, so that a table of ours would be lost or in its way; what to do with it is told then.
others_manage() {
  case $(firewall_managers) in
    ufw*) by_hand "ufw looks after the rules: $1" ;;
    firewalld*) by_hand "firewalld looks after the rules: $2" ;;
    iptables*) by_hand "iptables looks after the rules: $3, then netfilter-persistent save" ;;
    *)
      have_fact firewall/nft && return 1
      by_hand 'nft is missing: apt-get install nftables (dnf install nftables)'
      ;;
  esac
}

# close_input: lets in what listens for others now, and nothing else that comes later.
close_input() {
  local protocol ports
  others_manage 'ufw allow what is needed, then ufw default deny incoming' 'firewall-cmd --set-default-zone=public' \
    'add rules for what is needed, then iptables -P INPUT DROP and ip6tables -P INPUT DROP' && return
  {
    printf 'table inet holdfast {\n\tchain input {\n\t\ttype filter hook input priority 10; policy drop;\n'
    printf '\t\t%s\n' 'ct state established,related accept' 'iif "lo" accept' 'meta l4proto { icmp, ipv6-icmp } accept' \
      'meta l4proto { 2, 47, 50, 51, 89, 112 } accept comment "IGMP, GRE, ESP, AH, OSPF, VRRP: no ports, which listeners show"' \
      'udp dport { 68, 546 } accept'
    for protocol in tcp udp; do
      # Higher ports of UDP are those of clients, whose answers come in anyway; but one that no process holds is the kernel's, as
      # that of WireGuard.
      ports=$(outer_listeners | awk -v protocol="$protocol" '$2 == protocol && (protocol == "tcp" || $3 < 32768 || $4 == "?") { print $3 }' | sort -nu | paste -sd, -)
      [ -z "$ports" ] || printf '\t\t%s dport { %s } accept\n' "$protocol" "${ports//,/, }"
    done
    printf '\t}\n}\n'
  } | add_table holdfast
}

# block_port PROTOCOL PORT: for everybody but this host itself; connections that are open stay so.
block_port() {
  others_manage "ufw deny $2/$1" "firewall-cmd --permanent --remove-port=$2/$1 && firewall-cmd --reload" \
    "iptables -I INPUT ! -i lo -p $1 --dport $2 -j DROP (and ip6tables)" && return
  printf 'table inet holdfast_%s_%s {\n\tchain input {\n\t\ttype filter hook input priority -10; policy accept;\n\t\tiif != "lo" ct state new %s dport %s drop\n\t}\n}\n' \
    "$1" "$2" "$1" "$2" | add_table "holdfast_$1_$2"
}
