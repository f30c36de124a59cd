# id: ACC-03
# title: The files of accounts can be read or changed by people who should not
# severity: high
# rationale: Whoever may write passwd or group makes himself root; whoever may read shadow guesses passwords at leisure on
#   a machine of his own.
# references: CIS Debian 12 7.1.1; CIS Debian 12 7.1.5; CIS Debian 12 7.2.1; ATT&CK T1003.008
# needs: nothing
# fix: A
# remedy: Run chown root:root and chmod 644 on passwd and group, chown root:shadow (RHEL: root:root) and chmod 640 on
#   shadow and gshadow. Move hashes out of passwd with pwconv.
# timeout: 5 s

readonly FILES=(passwd passwd- group group- shadow shadow- gshadow gshadow- security/opasswd security/opasswd.old)

# most NAME: the mode that it may have at most.
most() {
  case $1 in
    passwd | passwd- | group | group-) echo 644 ;;
    security/*) echo 600 ;;
    *) echo 640 ;;
  esac
}

detect() {
  local name mode uid gid path paths=() shadow
  shadow=$(awk -F: '$1 == "shadow" { print $3 }' "$ROOT/etc/group")
  for name in "${FILES[@]}"; do
    [ -e "$ROOT/etc/$name" ] && paths+=("$ROOT/etc/$name")
  done
  while read -r mode uid gid path; do
    judge "${path#"$ROOT/etc/"}" "$mode" "$uid" "$gid" "$shadow"
  done < <(stat -c '%a %u %g %n' -- "${paths[@]}")
  hashes
  pass
}

# judge NAME MODE UID GID SHADOW: one finding for all that is wrong with it.
judge() {
  local wrong='' limit
  limit=$(most "$1")
  ((8#$2 & ~8#$limit)) && wrong="its mode is $2, where $limit is the most"
  [ "$3" = 0 ] || wrong+="${wrong:+; }it belongs to UID $3"
  # What the group may is no matter as long as everybody may.
  if [ "$4" != 0 ] && [ "$4" != "$5" ] && ((8#$2 & 8#070 & ~((8#$2 & 7) << 3))); then
    wrong+="${wrong:+; }it belongs to GID $4"
  fi
  [ -z "$wrong" ] || fail "/etc/$1" "$wrong"
}

# hashes: what stands in passwd everybody reads.
hashes() {
  local name password
  while IFS=: read -r name password _; do
    case $name:$password in
      [-+]* | *:x | *: | *:'*'* | *:'!'*) ;;
      *) fail "account:$name" "the password hash of $name stands in /etc/passwd, which everybody may read" ;;
    esac
  done < <(accounts)
}

fix() {
  local mode group=root
  if [[ $1 != /etc/* ]]; then
    by_hand 'the hash is moved out of passwd by pwconv'
    return
  fi
  mode=$(stat -c %a -- "$ROOT$1")
  grep -q '^shadow:' "$ROOT/etc/group" && [[ $1 == */*shadow* ]] && group=shadow
  set_owner "$ROOT$1" "root:$group"
  set_mode "$ROOT$1" "$(printf '%04o' $((8#$mode & 8#$(most "${1#/etc/}"))))"
}

undo() {
  put_back
}
