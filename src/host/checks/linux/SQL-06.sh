# id: SQL-06
# title: Somebody tries passwords of the database
# severity: high
# rationale: Five refused logins of one source within ten minutes are no typing errors. If the source is connected now, it may
#   have found one.
# references: ATT&CK T1110.001
# needs: root for the log of the server
# facts: mysql
# fix: M
# remedy: Block the source (sudo holdfast network block ADDRESS --for 1d --why 'guesses passwords'), close port 3306 to whoever
#   needs no database, and change the passwords of the accounts that were tried. First see that the source was connected: names
#   stand in the log as they were typed, so that one with a line break in it can be a line that names somebody else.
# timeout: 20 s

# shellcheck source=/dev/null
. "${0%/*}/mysql.sh"
TIMES=5
WITHIN_S=600
# Older ones are history.
SINCE_DAYS=7
# The end of a log that is longer.
MOST_BYTES=67108864

detect() {
  local source count users last broken connected severity now
  server_known || return
  may_sql
  find_log || return
  printf -v now '%(%s)T' -1
  while IFS=$'\t' read -r source count users last broken; do
    severity=high connected=''
    if [ -n "$(sql "SELECT 1 FROM information_schema.PROCESSLIST WHERE USER<>'unauthenticated user' AND LEFT(HOST, CHAR_LENGTH(HOST)-LOCATE(':',REVERSE(HOST)))=$(quoted "$source") LIMIT 1")" ]; then
      severity=critical connected=', and it is connected now'
    fi
    fail -s $severity "mysql:source:$source" "$count logins of $source as $users were refused within 10 minutes, last at $last$connected$broken"
  done < <(refused_logins | bursts $((now - SINCE_DAYS * 86400)))
  if is_silent; then
    unknown 'the server does not write refused logins down (SQL-07)'
  elif [ "$SQL_AS" = none ] && [ -z "$(all_refused_logins | head -n 1)" ]; then
    unknown 'whether the server writes refused logins down was not to be seen (SQL-07)'
  fi
  pass
}

# Whoever asks from here without a password tries none: programs and scans do so.
refused_logins() {
  all_refused_logins | grep -avE "@'(localhost|127\.0\.0\.1|::1)' \(using password: NO\)[[:space:]]*$"
}

all_refused_logins() {
  if [ -n "$LOG" ]; then
    tail -c $MOST_BYTES -- "$LOG" | grep -aF 'Access denied for user'
  else
    journalctl -q -o short-iso --since "-$SINCE_DAYS days" -t mariadbd -t mysqld 2>/dev/null | grep -aF 'Access denied for user'
  fi
}

# bursts SINCE: SOURCE COUNT USERS LAST BROKEN for each source with enough of them close together. A name that was tried is
# whatever somebody typed, with quotes and an address in it too: a line begins with its time, the source is what it ends with,
# and of the name only harmless signs are shown. Where a name with a line break in it can be seen, BROKEN says so.
bursts() {
  awk -v since="$1" -v times=$TIMES -v within=$WITHIN_S '
    {
      if (!match($0, /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][ 0-9][0-9]:[0-9][0-9]:[0-9][0-9]/)) next
      stamp = substr($0, RSTART, RLENGTH)
      clock = stamp
      gsub(/[-:T]/, " ", clock)
      at = mktime(clock)
      if (at < since) next
      if (!match($0, /\047@\047[^\047]*\047( \(using password: (YES|NO)\))?[ \t\r]*$/)) {
        broken = "; a name with a line break in it was tried, so that lines of this log may be forged"
        next
      }
      user = substr($0, 1, RSTART - 1)
      source = substr($0, RSTART + 3)
      sub(/\047.*/, "", source)
      if (!match(user, /Access denied for user \047/)) next
      user = substr(user, RSTART + RLENGTH)
      gsub(/[^A-Za-z0-9_.@-]/, "?", user)
      if (source !~ /^[A-Za-z0-9_.:-]+$/) next
      n = ++total[source]
      time[source, n] = at
      if (!(source in first)) first[source] = 1
      while (at - time[source, first[source]] > within) delete time[source, first[source]++]
      if (!((source, user) in tried)) { tried[source, user] = 1; if (++names[source] <= 3) users[source] = users[source] (users[source] == "" ? "" : ", ") (user == "" ? "nobody" : user) }
      # Only the run that ends here counts; the greatest is told.
      if (n - first[source] + 1 > most[source]) most[source] = n - first[source] + 1
      last[source] = stamp
    }
    END {
      for (source in most) if (most[source] >= times) print source "\t" most[source] "\t" users[source] (names[source] > 3 ? " and " names[source] - 3 " more" : "") "\t" last[source] "\t" broken
    }'
}
