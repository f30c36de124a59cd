# id: FW-05
# title: The firewall lets everybody at a service that is meant for few
# severity: high
# rationale: Databases, caches and consoles are guessed at as soon as they can be reached. A rule should name who needs
#   them; and each port that is open should be so because somebody wrote it down.
# references: CIS Debian 12 4.2.6; CIS Debian 12 4.4.2.4; ATT&CK T1190
# needs: root
# facts: firewall sockets
# fix: G
# cuts: whoever uses that service from another host
# remedy: Let only those through who need it (ufw allow from ADDRESS to any port NUMBER, then ufw deny NUMBER), or bind the
#   service to 127.0.0.1. What Docker publishes goes past ufw and the like: publish it on 127.0.0.1 (-p 127.0.0.1:PORT:PORT), or
#   name in the chain DOCKER-USER who may reach it.
# timeout: 20 s

use firewall

# Ports of services that are meant for few, with what they are.
declare -A FEW=([23]=telnet [111]=rpcbind [135]=RPC [139]=SMB [445]=SMB [873]=rsync [2049]=NFS [2375]=Docker [2379]=etcd [3306]=MySQL
  [3389]=RDP [5432]=PostgreSQL [5900]=VNC [5984]=CouchDB [6379]=Redis [8086]=InfluxDB [9042]=Cassandra [9200]=Elasticsearch
  [10250]=kubelet [11211]=memcached [27017]=MongoDB)

detect() {
  local family protocol port answer comm why listeners target
  firewall_seen || return
  if [ "$(firewall_chains)" = 0 ]; then
    not_applicable 'no firewall filters what comes in (FW-01)'
    return
  fi
  if ! have_fact sockets; then
    unknown 'the sockets were not looked at'
    return
  fi
  listeners=$(outer_listeners)
  local -A told=() name_of=()
  while read -r family protocol port comm; do
    [ -n "$port" ] && name_of[$protocol/$port]=$comm
  done <<<"$listeners"
  while read -r family protocol port answer why; do
    [[ $family != chains && $answer == open && -z ${told[$protocol/$port]-} ]] || continue
    told[$protocol/$port]=1
    comm=${name_of[$protocol/$port]}
    if [ -n "${FEW[$port]-}" ]; then
      fail "port:$protocol/$port" "${FEW[$port]} ($comm) is open to everybody over IPv$family: $why"
    elif [ "$comm" = sshd ] || [ "$port" = 22 ]; then
      fail -s low "port:$protocol/$port" "SSH is open to everybody over IPv$family: $why"
    elif [ "$protocol" = tcp ] && [ "$why" = 'no rule speaks of it' ]; then
      fail -s medium "port:$protocol/$port" "$comm is open to everybody over IPv$family: $why"
    fi
  done < <(cut -d' ' -f1-3 <<<"$listeners" | grep . | sort -u | firewall_says)
  while read -r family protocol port target; do
    [ -z "${told[$protocol/$port]-}" ] || continue
    told[$protocol/$port]=1
    why="it is handed on to $target, past the rules for what comes in"
    if [ -n "${FEW[$port]-}" ]; then
      fail "port:$protocol/$port:published" "${FEW[$port]} is open to everybody over IPv$family: $why"
    elif [ -n "${FEW[${target##*:}]-}" ]; then
      fail "port:$protocol/$port:published" "${FEW[${target##*:}]} is open to everybody over IPv$family: $why"
    else
      fail -s medium "port:$protocol/$port:published" "a container is open to everybody over IPv$family: $why"
    fi
  done < <(handed_on)
  pass
}

fix() {
  if [[ $1 == *:published ]]; then
    by_hand 'publish it for this host alone (docker run -p 127.0.0.1:PORT:PORT), or name in the chain DOCKER-USER who may reach it'
    return
  fi
  local protocol=${1#port:} port
  port=${protocol#*/}
  protocol=${protocol%/*}
  if [ "$port" = 22 ]; then
    by_hand 'who needs SSH is for a person to say: a rule without their addresses would lock everybody out'
    return
  fi
  block_port "$protocol" "$port"
}

undo() {
  put_back
}
