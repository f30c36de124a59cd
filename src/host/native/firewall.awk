# Walks the rules of a firewall with a packet that opens a connection, and says what becomes of it. Read as
#
#   awk -v interfaces='eth0 eth1' -f firewall.awk kind=nft NFT kind=ipt4 IPTABLES kind=ipt6 IP6TABLES kind=query -
#
# with what `nft -n list ruleset` and iptables-save print, and questions like `4 tcp 22` on stdin. A port of 0 is one that no
# rule names. Answers, one a line: the question, what becomes of a packet from anywhere (open, closed, or some: only some
# senders or conditions get through), and the rule that decided. Then `chains NUMBER`: how many look at what comes in
# and have a rule or drop.
#
# A packet gets in where each chain that looks at what comes in accepts it. Of several interfaces the most open one counts.

function trim(text) { gsub(/^[ \t]+|[ \t]+$/, "", text); return text }

# --- Words of a rule, where {...} and "..." are one each ---------------------------------------------------------

function split_words(text, words,    count, at, char, word, until) {
  count = 0; word = ""
  for (at = 1; at <= length(text); at++) {
    char = substr(text, at, 1)
    if (char == "\"" || char == "{") {
      until = char == "{" ? "}" : "\""
      word = word char
      while (++at <= length(text)) {
        char = substr(text, at, 1)
        word = word char
        if (char == until) break
      }
    } else if (char == " " || char == "\t") {
      if (word != "") words[++count] = word
      word = ""
    } else word = word char
  }
  if (word != "") words[++count] = word
  return count
}

function unquoted(word) { gsub(/"/, "", word); return word }

# --- Rules are kept as conditions and a verdict ------------------------------------------------------------------

function new_rule(chain, text) {
  rules++
  order[chain, ++length_of[chain]] = rules
  text_of[rules] = text
  conditions[rules] = 0
  verdict[rules] = ""
  return rules
}

# A condition has a kind, whether it is turned round, and a value.
function condition(rule, kind, negated, value,    at) {
  at = ++conditions[rule]
  kinds[rule, at] = kind
  turned[rule, at] = negated
  values[rule, at] = value
}

# --- nft -n list ruleset -----------------------------------------------------------------------------------------

kind == "nft" && /^table / { family = $2; table = family "/" $3; chain = ""; set = ""; next }
kind == "nft" && /^\t(set|map) / { set = table "/@" $2; chain = ""; collecting = 0; next }
kind == "nft" && /^\tchain / { chain = table "/" $2; family_of[chain] = family; set = ""; next }
kind == "nft" && /^\t}/ { chain = ""; set = ""; next }
kind == "nft" && set != "" {
  line = trim($0)
  if (line ~ /^elements = \{/) { collecting = 1; sub(/^elements = \{/, "", line) }
  if (collecting) {
    if (line ~ /\}$/) { sub(/\}$/, "", line); members[set] = members[set] line; collecting = 0 }
    else members[set] = members[set] line
  }
  next
}
kind == "nft" && chain != "" && /^\t\ttype / {
  hook = $0; sub(/.* hook /, "", hook); sub(/ .*/, "", hook)
  if ($2 == "filter" && (hook == "input" || hook == "prerouting" || hook == "ingress")) base[++bases] = chain
  policy[chain] = /policy drop/ ? "drop" : "accept"
  hooks[chain] = hook
  next
}
kind == "nft" && chain != "" && /^\t\t[^ ]/ { read_nft(trim($0)); next }
kind == "nft" { next }

function read_nft(text,    words, count, rule, at, word, negated, value, key) {
  rule = new_rule(chain, text)
  if (family_of[chain] == "ip") condition(rule, "family", 0, 4)
  if (family_of[chain] == "ip6") condition(rule, "family", 0, 6)
  if (family_of[chain] !~ /^(ip|ip6|inet|netdev)$/) condition(rule, "never", 0, "")
  count = split_words(text, words)
  for (at = 1; at <= count; at++) {
    word = words[at]
    if (word == "accept" || word == "drop" || word == "return" || word == "continue") { verdict[rule] = word; break }
    if (word == "reject") { verdict[rule] = "drop"; break }
    if (word == "queue") { verdict[rule] = "accept"; condition(rule, "limit", 0, ""); break }
    if (word == "jump" || word == "goto") { verdict[rule] = word; target[rule] = table "/" words[at + 1]; break }
    if (word == "counter") { if (words[at + 1] == "packets") at += 4; else if (words[at + 1] == "name") at += 2; continue }
    if (word == "comment" || word == "prefix" || word == "group" || word == "level" || word == "snaplen" || word == "queue-threshold") { at++; continue }
    if (word == "log") continue
    if (word == "limit") {
      condition(rule, "limit", 0, "")
      while (at < count && words[at + 1] ~ /^(rate|over|burst|[0-9]+|[0-9]+\/[a-z]+|packets|bytes|kbytes|mbytes|name|bytes\/.*)$/) at++
      continue
    }
    key = word
    if (word == "meta" && words[at + 1] ~ /^(l4proto|nfproto|iif|iifname)$/) key = words[++at]
    else if (word == "ct" && words[at + 1] == "state") { key = "state"; at++ }
    else if (word ~ /^(tcp|udp|th|sctp|dccp|udplite|ip|ip6|icmp|icmpv6|ether|ct|meta)$/) key = word " " words[++at]
    if (words[at + 1] == ".") { condition(rule, "unknown", 0, ""); while (words[at + 1] == ".") at += 2 + (words[at + 2] ~ /^(tcp|udp|th|ip|ip6|ct|meta|ether)$/); at++; continue }
    if (words[at + 1] == "vmap") {
      verdict[rule] = "vmap"
      condition(rule, "key", 0, nft_kind(key, rule))
      value = words[at + 2]
      target[rule] = value ~ /^@/ ? members[table "/" value] : value
      table_of[rule] = table
      break
    }
    negated = 0
    if (words[at + 1] == "!=") { negated = 1; at++ }
    else if (words[at + 1] ~ /^(==|<|>|<=|>=|&|\||\^)$/) {
      if (words[at + 1] != "==") { condition(rule, "unknown", 0, ""); at += 2; if (words[at + 1] ~ /^(==|!=)$/) at += 2; continue }
      at++
    }
    value = words[++at]
    if (value ~ /^@/) value = (table "/" value) in members ? members[table "/" value] : "@"
    condition(rule, nft_kind(key, rule), negated, value)
  }
}

# nft_kind KEY RULE: what a condition is about; a port says its protocol too, an address its family.
function nft_kind(key, rule) {
  if (key == "l4proto" || key == "ip protocol" || key == "ip6 nexthdr") {
    if (key ~ /^ip /) condition(rule, "family", 0, 4)
    if (key ~ /^ip6 /) condition(rule, "family", 0, 6)
    return "protocol"
  }
  if (key == "nfproto") return "family"
  if (key ~ /^(tcp|udp|sctp|dccp|udplite|th) dport$/) {
    if (key !~ /^th /) condition(rule, "protocol", 0, substr(key, 1, index(key, " ") - 1))
    return "port"
  }
  if (key ~ /^(tcp|udp|sctp|dccp|udplite) /) { condition(rule, "protocol", 0, substr(key, 1, index(key, " ") - 1)); return key ~ / sport$/ ? "source" : "limit" }
  if (key == "iif" || key == "iifname") return "interface"
  if (key == "oif" || key == "oifname") return "never"
  # What another rule sent on to this host, and what is sent to many, is not a connection to it.
  if (key == "ct status" || key == "meta pkttype" || key == "pkttype") return "never"
  if (key == "state") return "state"
  if (key == "ip saddr") { condition(rule, "family", 0, 4); return "source" }
  if (key == "ip6 saddr") { condition(rule, "family", 0, 6); return "source" }
  if (key == "ip daddr") { condition(rule, "family", 0, 4); return "destination" }
  if (key == "ip6 daddr") { condition(rule, "family", 0, 6); return "destination" }
  if (key ~ /^icmp/) return "never"
  return "unknown"
}

# --- iptables-save -----------------------------------------------------------------------------------------------

kind ~ /^ipt/ && /^\*/ { table = kind "/" substr($0, 2); next }
kind ~ /^ipt/ && table !~ /\/filter$/ { next }
kind ~ /^ipt/ && /^:/ {
  chain = table "/" substr($1, 2)
  family_of[chain] = kind == "ipt4" ? 4 : 6
  if ($1 == ":INPUT") { base[++bases] = chain; hooks[chain] = "input"; policy[chain] = $2 == "DROP" ? "drop" : "accept" }
  next
}
kind ~ /^ipt/ && /^-A / { read_iptables($0); next }
kind ~ /^ipt/ { next }

function read_iptables(text,    words, count, rule, at, word, negated) {
  count = split_words(text, words)
  rule = new_rule(table "/" words[2], text)
  condition(rule, "family", 0, kind == "ipt4" ? 4 : 6)
  negated = 0
  for (at = 3; at <= count; at++) {
    word = words[at]
    if (word == "!") { negated = 1; continue }
    if (word == "-m" || word == "--comment" || word == "--limit-burst") { at++; continue }
    else if (word == "-p") condition(rule, "protocol", negated, words[++at])
    else if (word == "-i") condition(rule, "interface", negated, words[++at])
    else if (word == "-o") condition(rule, "never", 0, words[++at])
    else if (word == "-s" || word == "--sport" || word == "--sports") condition(rule, "source", negated, words[++at])
    else if (word == "-d") condition(rule, "destination", negated, words[++at])
    else if (word == "--dport" || word == "--dports") condition(rule, "port", negated, words[++at])
    else if (word == "--ctstate" || word == "--state") condition(rule, "state", negated, tolower(words[++at]))
    else if (word == "--limit") { condition(rule, "limit", 0, ""); at++ }
    else if (word == "--icmp-type" || word == "--icmpv6-type") { condition(rule, "never", 0, ""); at++ }
    else if (word == "--dst-type") condition(rule, words[++at] == "LOCAL" ? "family" : "never", 0, kind == "ipt4" ? 4 : 6)
    else if (word == "--syn") continue
    else if (word == "--tcp-flags") { condition(rule, "limit", 0, ""); at += 2 }
    else if (word == "-j" || word == "-g") {
      word = words[++at]
      if (word == "ACCEPT") verdict[rule] = "accept"
      else if (word == "DROP" || word == "REJECT") verdict[rule] = "drop"
      else if (word == "RETURN") verdict[rule] = "return"
      else if (word == "NFQUEUE") { verdict[rule] = "accept"; condition(rule, "limit", 0, "") }
      else { verdict[rule] = words[at - 1] == "-g" ? "goto" : "jump"; target[rule] = table "/" word }
      # What stands behind is for the target.
      break
    } else condition(rule, "unknown", 0, "")
    negated = 0
  }
}

# --- A packet ----------------------------------------------------------------------------------------------------

# holds KIND TURNED VALUE: T it fits, F it does not, M for some senders or conditions only, N for all senders but some, L it
# fits, but not for good (a limit of rate, an address of this host).
function holds(what, negated, value,    fits) {
  if (what == "unknown") return "M"
  if (what == "never") return "F"
  if (what == "limit") return "L"
  if (what == "source") {
    if (value ~ /^(0\.0\.0\.0\/0|::\/0)$/) return negated ? "F" : "T"
    return negated ? "N" : "M"
  }
  if (what == "destination") {
    if (value ~ /^\{? ?(22[4-9]|23[0-9]|255|ff)/) return negated ? "T" : "F"
    return "L"
  }
  if (value == "@") return "M"
  if (what == "family") { fits = (value == packet_family || value == "ipv" packet_family || (value == 2 && packet_family == 4) || (value == 10 && packet_family == 6)) }
  else if (what == "state") { fits = value ~ /(^|[^a-z0-9])(new|0x8)([^a-z0-9]|$)/ }
  else fits = one_of(what, value)
  return (fits ? !negated : negated) ? "T" : "F"
}

# one_of KIND VALUE: VALUE is one, `{ a, b-c }`, or `a,b:c`.
function one_of(what, value,    each, count, at, ends) {
  gsub(/[{} \t]/, "", value)
  count = split(value, each, ",")
  for (at = 1; at <= count; at++) if (is(what, unquoted(each[at]))) return 1
  return 0
}

function is(what, value,    ends, from, to) {
  if (what == "protocol") return value == packet_protocol || value == (packet_protocol == "tcp" ? 6 : 17) || value == "all"
  if (what == "interface") {
    if (value ~ /[*+]$/) return index(packet_interface, substr(value, 1, length(value) - 1)) == 1
    return value == packet_interface
  }
  # A port; 0 stands for one that is not named.
  if (value !~ /^[0-9]+([-:][0-9]+)?$/) return 0
  split(value, ends, /[-:]/)
  from = ends[1] + 0
  to = (2 in ends) && ends[2] != "" ? ends[2] + 0 : from
  if (from == 0 && to == 65535) return 1
  return packet_port >= from && packet_port <= to && packet_port != 0
}

# walk CHAIN DEPTH: accept, drop, none or end (of what follows a goto). `partly` is set where only some get through.
function walk(chain, depth,    at, rule, how, i, state, result, before) {
  if (depth > 16) return "none"
  for (at = 1; at <= length_of[chain]; at++) {
    rule = order[chain, at]
    if (verdict[rule] == "") continue
    how = "T"
    for (i = 1; i <= conditions[rule]; i++) {
      if (kinds[rule, i] == "key") continue
      state = holds(kinds[rule, i], turned[rule, i], values[rule, i])
      if (state == "F") { how = "F"; break }
      if (state == "M") how = "M"
      else if (how != "M" && state == "N") how = "N"
      else if (how == "T" && state == "L") how = "L"
    }
    if (how == "F") continue
    if (verdict[rule] == "accept") {
      if (how != "M") { decided = text_of[rule]; return "accept" }
      partly = 1; partly_by = text_of[rule]
    } else if (verdict[rule] == "drop") {
      if (how == "M" || how == "L") continue
      if (how == "N") { partly = 1; partly_by = text_of[rule] }
      decided = text_of[rule]
      return "drop"
    } else if (verdict[rule] == "return") {
      if (how != "M") return "none"
    } else if (verdict[rule] == "vmap") {
      result = by_map(rule, depth)
      if (how == "M") { if (result == "accept") partly = 1 }
      else if (result == "accept" || result == "drop") return result
    } else if (verdict[rule] == "jump" || verdict[rule] == "goto") {
      result = walk(target[rule], depth + 1)
      if (how == "M") { if (result == "accept") { partly = 1; partly_by = text_of[rule] } }
      else if (result == "accept" || result == "drop") return result
      else if (verdict[rule] == "goto") return "end"
    }
  }
  return "none"
}

function by_map(rule, depth,    key, each, count, at, parts, what, action, text) {
  for (at = 1; at <= conditions[rule]; at++) if (kinds[rule, at] == "key") key = values[rule, at]
  text = target[rule]; gsub(/[{}]/, "", text)
  count = split(text, each, ",")
  for (at = 1; at <= count; at++) {
    # An address of IPv6 holds colons of its own, and no blanks around them.
    split(each[at], parts, / : /)
    what = holds(key, 0, trim(parts[1]))
    action = trim(parts[2])
    if (what == "F") continue
    if (action ~ /^(jump|goto) /) { sub(/^(jump|goto) /, "", action); action = walk(table_of[rule] "/" action, depth + 1) }
    decided = text_of[rule]
    if (what == "M" || key == "unknown" || key == "source") { if (action == "accept") { partly = 1; partly_by = text_of[rule] }; continue }
    if (action == "accept" || action == "drop") return action
    return "none"
  }
  return "none"
}

# --- Questions ---------------------------------------------------------------------------------------------------

kind == "query" {
  packet_family = $1; packet_protocol = $2; packet_port = $3 + 0
  count = split(interfaces == "" ? "eth0" : interfaces, names, " ")
  best = ""
  for (i = 1; i <= count; i++) {
    packet_interface = names[i]
    answer = fate()
    if (best == "" || answer == "open" || (answer == "some" && best == "closed")) { best = answer; why = because }
  }
  print $1, $2, $3, best, why
}

function fate(    at, chain, result, all, reason) {
  all = "open"
  because = "no rule speaks of it"
  for (at = 1; at <= bases; at++) {
    chain = base[at]
    if (family_of[chain] ~ /^(4|6)$/ && family_of[chain] != packet_family) continue
    if ((family_of[chain] == "ip" && packet_family == 6) || (family_of[chain] == "ip6" && packet_family == 4)) continue
    if (family_of[chain] !~ /^(4|6|ip|ip6|inet|netdev)$/) continue
    partly = 0; decided = ""
    result = walk(chain, 0)
    if (result != "accept" && result != "drop") { result = policy[chain]; decided = "policy " policy[chain] }
    if (result == "drop" && !partly) { because = decided; return "closed" }
    if (result == "drop") { all = "some"; because = partly_by }
    else if (all == "open" && decided !~ /^policy/) because = decided
  }
  return all
}

END {
  for (at = 1; at <= bases; at++) if (hooks[base[at]] == "input" && (length_of[base[at]] > 0 || policy[base[at]] == "drop")) used++
  print "chains", used + 0
}
