# id: SSH-04
# title: The SSH server agrees to weak ciphers
# severity: medium
# rationale: Client and server take the best that both know. A weak one that the server still accepts is used as soon as an
#   old program connects, or somebody in between takes the better ones out of the offer.
# references: CIS Debian 12 5.1.6; CIS Debian 12 5.1.12; CIS Debian 12 5.1.15; ATT&CK T1557
# applies: command sshd
# needs: root
# facts: sshd
# fix: G
# cuts: programs so old that they know nothing better
# remedy: Take the names that are listed out of Ciphers, MACs, KexAlgorithms or HostKeyAlgorithms in /etc/ssh/sshd_config
#   (a list that begins with - does it), try it with sshd -t, and reload the service.
# timeout: 5 s

use ssh

readonly WEAK=${BASH_SOURCE[0]%/*}/ssh-weak.tsv

detect() {
  local keyword severity weak
  sshd_answers || return
  for keyword in ciphers macs kexalgorithms hostkeyalgorithms; do
    weak=$(sort_out "$keyword" weak)
    severity=low
    [[ $weak == *$'\tmedium\t'* ]] && severity=medium
    if [ -n "$weak" ]; then
      fail -s "$severity" "sshd:$keyword" "$(awk -F '\t' '{ printf "%s%s (%s)", (NR > 1 ? ", " : ""), $1, $3 }' <<<"$weak")"
    else
      pass "sshd:$keyword" "none of $keyword is weak"
    fi
  done
}

# sort_out KEYWORD weak|good: of what the server offers, `NAME TAB SEVERITY TAB WHY` or the names, in its order.
sort_out() {
  local name row pattern severity why names
  local -a rows=()
  mapfile -t rows < <(grep "^$1"$'\t' "$WEAK")
  IFS=, read -ra names <<<"$(sshd_value "$1")"
  for name in ${names[@]+"${names[@]}"}; do
    for row in "${rows[@]}"; do
      IFS=$'\t' read -r _ pattern severity why <<<"$row"
      # shellcheck disable=SC2053 # the right side is a pattern
      [[ $name == $pattern ]] || continue
      [ "$2" = good ] || printf '%s\t%s\t%s\n' "$name" "$severity" "$why"
      continue 2
    done
    [ "$2" = weak ] || printf '%s\n' "$name"
  done
}

fix() {
  local keyword=${1#sshd:} good
  good=$(sort_out "$keyword" good | paste -sd, -)
  if [ -z "$good" ]; then
    by_hand "the server offers nothing but weak $keyword"
    return
  fi
  set_sshd "$1" "$keyword" "$good"
}

undo() {
  put_back
}
