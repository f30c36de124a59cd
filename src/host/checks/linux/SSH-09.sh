# id: SSH-09
# title: Passwords were guessed over SSH, and then one was right
# severity: high
# rationale: Many failures from one address and then a login from it mean that somebody guessed, and found. Failures alone
#   are the noise of every public address.
# references: ATT&CK T1110.001; ATT&CK T1078
# needs: root for the log
# fix: M
# remedy: Ask whoever the account belongs to. If it was not he, lock the account (usermod -L NAME), end its sessions
#   (loginctl terminate-user NAME), block the source (sudo holdfast network block ADDRESS --for 1d --why 'guesses passwords'),
#   and look at what it did (last NAME, journalctl _UID=NUMBER). The failures stop with keys alone (PasswordAuthentication no).
# timeout: 20 s

# Failures that make a row, the time that they lie within, and the time after them in which a login counts: 10 minutes each.
readonly FAILURES=5 WITHIN_S=600

detect() {
  local kind source number name when
  if ! read_log >"$WORK/ssh.log"; then
    unknown 'neither /var/log/auth.log nor /var/log/secure nor the journal can be read'
    return
  fi
  while IFS=$'\t' read -r kind source number name when; do
    case $kind in
      in) fail "source:$source" "$number failures within 10 minutes, then a login as $name by password ($when)" ;;
      all) fail -s info ssh:guessing "$number rows of $FAILURES failures or more within 10 minutes; most from $source ($name failures)" ;;
    esac
  done < <(rows <"$WORK/ssh.log")
  pass
}

# read_log: what the server wrote in the log, the newest 64 MiB of each file, the older one first.
read_log() {
  local path read=1
  for path in "$ROOT/var/log/auth.log.1" "$ROOT/var/log/auth.log" "$(rotated_secure)" "$ROOT/var/log/secure"; do
    [ -r "$path" ] || continue
    read=0
    tail -c 67108864 -- "$path" | grep -aE 'sshd(-session)?(\[|:)'
  done
  if [ "$read" = 1 ] && [ -z "$ROOT" ] && [ "$IS_ROOT" = 1 ] && has journalctl; then
    read=0
    journalctl -q -t sshd -t sshd-session -S -14d -o short-iso --no-pager 2>/dev/null | tail -c 67108864
  fi
  return "$read"
}

# rotated_secure: the newest log before this one, which the RHEL family names by the day (secure-20261122).
rotated_secure() { compgen -G "$ROOT/var/log/secure-[0-9]*[0-9]" | sort | tail -n 1; }

# rows: of failures; KIND is `in` for one that ended in a login, `all` for how many there were.
rows() {
  awk -v failures="$FAILURES" -v within="$WITHIN_S" '
    BEGIN { split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names, " "); for (i in names) month[names[i]] = i }

    # Days since 1970, by the number of days before a month of a year that begins in March.
    function days(y, m, d) {
      if (m < 3) { y--; m += 12 }
      return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5) + d - 719469
    }
    # RFC 3339, or as syslog wrote it of old, without a year: then only differences count.
    function seconds(    part, time) {
      if ($1 ~ /^[0-9][0-9][0-9][0-9]-/) {
        split($1, part, /[-T:.+Z]/)
        return days(part[1], part[2], part[3]) * 86400 + part[4] * 3600 + part[5] * 60 + part[6]
      }
      split($3, time, ":")
      return days(2000, month[$1], $2) * 86400 + time[1] * 3600 + time[2] * 60 + time[3]
    }
    # The last " from ADDRESS" counts: a name may hold anything.
    function address(    at, rest) {
      rest = $0
      while ((at = match(rest, / from /))) rest = substr(rest, at + 6)
      sub(/ .*/, "", rest)
      return rest ~ /^[0-9a-fA-F:.]+$/ ? rest : ""
    }
    function failed(now, times,    from, i) {
      from = address()
      if (from == "") return
      for (i = 0; i < times; i++) moments[from, ++count[from]] = now
      total[from] += times
      while (first[from] < count[from] && moments[from, first[from] + 1] < now - within) delete moments[from, ++first[from]]
      if (count[from] - first[from] >= failures) {
        if (!(from in row) || now - last[from] > within) rows++
        row[from] = count[from] - first[from]
      }
      last[from] = now
    }

    # At the beginning of what was said: a name that somebody tried may hold any words, and such a number would be believed.
    /^[^]]*\]: message repeated [0-9]+ times: \[ Failed / {
      times = $0; sub(/^[^]]*\]: message repeated /, "", times); times += 0
      failed(seconds(), times > 1000 ? 1000 : times); next
    }
    /^[^]]*\]: (Failed (password|keyboard-interactive)|error: PAM: Authentication failure) / { failed(seconds(), 1); next }
    /^[^]]*\]: Accepted (password|keyboard-interactive)/ {
      from = address(); now = seconds()
      if ((from in row) && now - last[from] >= 0 && now - last[from] <= within) {
        name = $0; sub(/.*Accepted [^ ]+ for /, "", name); sub(/ from .*/, "", name)
        when = ($1 ~ /^[0-9]/) ? $1 : $1 " " $2 " " $3
        gsub(/\t/, " ", name)
        print "in\t" from "\t" row[from] "\t" name "\t" when
      }
      delete row[from]
    }
    END {
      for (from in total) if (total[from] > most) { most = total[from]; worst = from }
      if (rows > 0) print "all\t" worst "\t" rows "\t" most "\t-"
    }
  '
}
