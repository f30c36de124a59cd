# id: SSH-03
# title: Passwords are asked for over SSH, by an address that others reach
# severity: high
# rationale: A password can be guessed, and robots try the usual ones on every public address within minutes. A key cannot.
# references: CIS Debian 12 5.1; ATT&CK T1110
# applies: command sshd
# needs: root
# facts: sshd sockets
# fix: G
# cuts: whoever logs in with a password
# remedy: Put the public key of everybody who logs in into their ~/.ssh/authorized_keys and try it; then write
#   PasswordAuthentication no and KbdInteractiveAuthentication no into /etc/ssh/sshd_config, try it with sshd -t, and
#   reload the service.
# timeout: 10 s

use ssh

detect() {
  local how='' listens address public='' private=''
  sshd_answers || return
  [ "$(sshd_value passwordauthentication)" = yes ] && how=PasswordAuthentication
  [ "$(sshd_value kbdinteractiveauthentication)" = yes ] && [ "$(sshd_value usepam)" != no ] &&
    how+=${how:+ and }KbdInteractiveAuthentication
  judge_sshd_matches passwordauthentication no
  if [ -z "$how" ]; then
    pass sshd:passwordauthentication 'keys alone are let in'
    return
  elif needs_key; then
    pass sshd:passwordauthentication 'a password is asked for beside a key alone (AuthenticationMethods)'
    return
  fi
  # What it would listen on by its configuration, if nothing is seen of it: it may be started by systemd.
  listens=$(listening)
  while read -r address; do
    if is_public "$address"; then public+=" $address"; else private+=" $address"; fi
  done < <(reached_by "${listens:-any}")
  if [ -n "$public" ]; then
    fail sshd:passwordauthentication "$how is on, at the public address$public"
  elif [ -n "$private" ]; then
    fail -s medium sshd:passwordauthentication "$how is on, at$private; whether a router or a cloud makes that public is not seen from here"
  else
    pass sshd:passwordauthentication "$how is on, for this host itself alone"
  fi
}

# needs_key: whether each way in that AuthenticationMethods lists holds a key; a blank stands between them.
needs_key() {
  local methods way
  methods=$(sshd_value authenticationmethods) && [ -n "$methods" ] || return
  for way in $methods; do
    [[ ,$way, == *,publickey[,:]* ]] || return
  done
}

# listening: addresses that the server listens on.
listening() {
  local protocol state address port comm ports
  ports=" $(sed -n 's/^port //p' "$FACTS/sshd" | tr '\n' ' ')"
  while read_fields protocol state address port _ _ _ _ _ _ comm; do
    [[ $protocol == tcp* && $state == LISTEN ]] || continue
    if [ "$comm" = sshd ] || [[ $ports == *" $port "* ]]; then printf '%s\n' "$address"; fi
  done 2>/dev/null <"$FACTS/sockets"
}

# reached_by LISTENS: the addresses of this host, but loopback, that lead there.
reached_by() {
  local address
  while read -r address; do
    case $address in
      0.0.0.0) own_addresses 4 ;;
      :: | any) own_addresses 4; own_addresses 6 ;;
      127.* | ::1 | '') ;;
      *) printf '%s\n' "$address" ;;
    esac
  done <<<"$1" | sort -u
}

# own_addresses 4|6: loopback and link-local ones are left out.
own_addresses() {
  if [ "$1" = 4 ]; then
    awk '/\|--/ { at = $2 } /\/32 host LOCAL/ && at !~ /^(127|169\.254)\./ { print at }' "$ROOT/proc/net/fib_trie" 2>/dev/null
  else
    awk '$4 == "00" && $1 !~ /^f[cde]/ { gsub(/..../, "&:", $1); sub(/:$/, "", $1); print $1 }' "$ROOT/proc/net/if_inet6" 2>/dev/null
  fi
}

# is_public ADDRESS: RFC 6890 lists what is not.
is_public() {
  case $1 in
    10.* | 127.* | 192.168.* | 169.254.* | 172.1[6-9].* | 172.2[0-9].* | 172.3[01].* | 100.6[4-9].* | 100.[7-9][0-9].* | \
      100.1[01][0-9].* | 100.12[0-7].* | 198.1[89].* | 192.0.2.* | 198.51.100.* | 203.0.113.* | 0.* | f[cde]*:* | ::*) return 1 ;;
  esac
}

# Only where somebody has come in with a key: else nobody might be able to.
fix() {
  if ! key_logins; then
    by_hand 'no login with a key is in the log, so that turning passwords off could lock everybody out: log in with a key first'
    return
  fi
  set_sshd "$1" PasswordAuthentication no KbdInteractiveAuthentication no
}

key_logins() {
  grep -aqs 'Accepted publickey for ' -- "$ROOT"/var/log/auth.log{,.1} "$ROOT"/var/log/secure{,-[0-9]*[0-9]} && return 0
  [ -z "$ROOT" ] && has journalctl &&
    grep -aq 'Accepted publickey for ' < <(journalctl -q -t sshd -t sshd-session -S -30d --no-pager -o cat 2>/dev/null)
}

undo() {
  put_back
}
