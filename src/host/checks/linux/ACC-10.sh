# id: ACC-10
# title: Others can change what a person's programs go by
# severity: medium
# rationale: Whoever may write somebody's .profile or .ssh runs commands as that person at the next login; in a home folder
#   that others may write, they put such a file there.
# references: CIS Debian 12 7.2.9; CIS Debian 12 7.2.10; ATT&CK T1546.004
# needs: root for the homes of others
# facts: files
# fix: A
# remedy: Run chmod go-w on the file or folder that is named; where it belongs to somebody else, chown it.
# timeout: 10 s

# Accounts by home; people are those with a shell.
declare -A people=() numbers=()

detect() {
  local name uid gid home shell least
  least=$(awk '$1 == "UID_MIN" { print $2 }' "$ROOT/etc/login.defs" 2>/dev/null)
  while IFS=: read -r name _ uid _ _ home shell; do
    [[ $uid =~ ^[0-9]+$ && $home == /?* ]] || continue
    case $shell in */nologin | */false | */sync | */shutdown | */halt) continue ;; esac
    [ "$uid" = 0 ] || [ "$uid" -ge "${least:-1000}" ] || continue
    people[${home%/}]=$name numbers[${home%/}]=$uid
  done < <(accounts)

  if ! have_fact files/homes; then
    unknown 'the homes were not looked at'
    return
  fi
  local mode path
  while read_fields mode uid gid _ _ _ path; do
    # The mode of a link says nothing.
    [ -L "$path" ] || judge "${path#"$ROOT"}" "$mode" "$uid" "$gid"
  done <"$FACTS/files/homes"
  pass
}

# judge PATH MODE UID GID
judge() {
  local home=$1
  [ -n "${people[$home]-}" ] || home=${1%/*}
  [ -n "${people[$home]-}" ] || return 0
  if ((8#$2 & 2)); then
    fail "$1" "everybody may write it (mode $2); it is of ${people[$home]}"
  elif ((8#$2 & 8#20)) && others_in "$4" "${people[$home]}"; then
    fail "$1" "the group with the GID $4 may write it (mode $2); it is of ${people[$home]}"
  elif [ "$3" != 0 ] && [ "$3" != "${numbers[$home]}" ]; then
    fail "$1" "it belongs to UID $3, and is of ${people[$home]}"
  fi
}

declare -A asked=()

# others_in GID NAME: whether anybody but NAME and root is in the group.
others_in() {
  local key=$1:$2
  if [ -z "${asked[$key]-}" ]; then
    asked[$key]=$(awk -F: -v gid="$1" -v name="$2" '
      FNR == NR {
        if ($3 == gid) { count = split($4, members, ","); for (i = 1; i <= count; i++) if (members[i] != name && members[i] != "root") found = 1 }
        next
      }
      $4 == gid && $1 != name && $3 != 0 { found = 1 }
      END { print found ? "yes" : "no" }
    ' "$ROOT/etc/group" "$ROOT/etc/passwd")
  fi
  [ "${asked[$key]}" = yes ]
}

# Whose it should be is for a person to decide.
fix() {
  local mode
  mode=$(stat -c %a -- "$ROOT$1") || return 0
  set_mode "$ROOT$1" "$(printf '%04o' $((8#$mode & ~8#22)))"
}

undo() {
  put_back
}
