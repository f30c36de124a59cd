# id: NET-01
# title: A database can be reached from other hosts
# severity: high
# rationale: Databases and caches trust their network: many ask for no password, and those that do are guessed at. Only
#   the programs of this host should reach one that serves them alone.
# references: CIS Debian 12 2.1.22; ATT&CK T1190
# needs: root for names of programs
# facts: sockets
# fix: G
# cuts: programs on other hosts that use this database
# remedy: Bind it to 127.0.0.1 in its configuration and restart it; where other hosts need it, let those alone through the
#   firewall, and have it ask for passwords over TLS.
# timeout: 10 s

readonly KNOWN=${BASH_SOURCE[0]%/*}/net-databases.tsv

# Where each is bound, by its name and port: `what`, `how` and the addresses.
declare -A what=() how=() addresses=()

detect() {
  local protocol state address port comm key
  if ! have_fact sockets; then
    unknown 'the sockets were not looked at'
    return
  fi
  while read_fields protocol state address port _ _ _ _ _ _ comm; do
    case $protocol:$state:$address in
      *:127.* | *:::1) ;;
      tcp*:LISTEN:* | udp*:UNCONN:* | udp*:CLOSE:*) know "$protocol" "$address" "$port" "$comm" ;;
    esac
  done <"$FACTS/sockets"
  for key in "${!what[@]}"; do
    fail "listener:$key" "${what[$key]} listens on ${addresses[$key]}, port ${key##*/}" "Bind it to this host (${how[$key]}) and restart it."
  done
  pass
}

# know PROTOCOL ADDRESS PORT COMM: a program by its name on whatever port, or by the port where its name says nothing.
know() {
  local pattern known title bind name
  while IFS=$'\t' read -r pattern known title bind; do
    case $pattern in
      '#'*) continue ;;
      -) [ "$known" = "$3" ] || continue ;;
      "$4") [[ $known == "$3" || $title != *'(X protocol)' ]] || continue ;;
      # Not seen, without root; or a proxy in front of a container.
      *) [[ $known == "$3" && ($4 == '' || $4 == docker-proxy) ]] || continue ;;
    esac
    # Of the many ports of such a server those of UDP matter for memcached alone.
    [[ $1 == tcp* || $3 == 11211 ]] || continue
    name=${4:-port}/$3
    what[$name]=$title how[$name]=$bind
    [[ ${addresses[$name]-} == *"$2"* ]] || addresses[$name]+="${addresses[$name]:+ and }$2"
    return
  done <"$KNOWN"
}

fix() {
  local program=${1#listener:} file
  case ${program%%/*} in
    mysqld | mariadbd)
      for file in /etc/mysql/mariadb.conf.d /etc/mysql/mysql.conf.d /etc/my.cnf.d; do
        [ -d "$ROOT$file" ] || continue
        # Files are read in the order of their names, and the last one counts.
        printf '[mysqld]\nbind-address = 127.0.0.1\n' | set_file "$ROOT$file/zz-holdfast-bind-address.cnf"
        restart_unit "${program%%/*}"
        return
      done
      ;;
    redis-server | valkey-server)
      for file in /etc/redis/redis.conf /etc/redis.conf /etc/valkey/valkey.conf; do
        [ -f "$ROOT$file" ] || continue
        { grep -v '^[[:space:]]*bind[[:space:]]' "$ROOT$file"; printf 'bind 127.0.0.1 -::1\n'; } | set_file "$ROOT$file"
        restart_unit "${program%%/*}"
        return
      done
      ;;
  esac
  by_hand 'where this one keeps its settings is not known'
}

# restart_unit PROGRAM: its service has another name on each family.
restart_unit() {
  case $1:$OS_FAMILY in
    mariadbd:*) reload systemctl restart mariadb ;;
    mysqld:debian) reload systemctl restart mysql ;;
    redis-server:rhel) reload systemctl restart redis ;;
    valkey-server:rhel) reload systemctl restart valkey ;;
    *) reload systemctl restart "$1" ;;
  esac
}

undo() {
  put_back
}
