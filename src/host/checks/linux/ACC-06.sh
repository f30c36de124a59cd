# id: ACC-06
# title: Others can slip a program of theirs into what root calls
# severity: high
# rationale: A name that root types is looked for in the folders of PATH. If one of them is the folder where root happens
#   to be, or if somebody else may write there, he decides what ls does.
# references: CIS Debian 12 5.4.2.5; ATT&CK T1574.007
# needs: root for the files of root and of sudo
# fix: A
# remedy: Take . and empty entries (two colons together) out of PATH in the file that is named; run chown root and
#   chmod go-w on the folder.
# timeout: 5 s

readonly SOURCES=(/etc/login.defs /etc/environment /etc/crontab /etc/anacrontab /etc/sudoers /etc/profile /etc/bashrc
  /etc/bash.bashrc /root/.profile /root/.bash_profile /root/.bash_login /root/.bashrc /root/.zshrc)

# Folders that PATH names, with the file that does; what is known of those and of the ones above them, each with a / behind.
declare -A places=() modes=() owners=() groups=()

detect() {
  local file entry files=() paths=() mode uid gid name
  for file in "${SOURCES[@]}"; do
    [ -r "$ROOT$file" ] && files+=("$ROOT$file")
  done
  while IFS=$'\t' read -r file entry; do
    sort_out "${file#"$ROOT"}" "$entry"
  done < <([ ${#files[@]} -eq 0 ] || entries "${files[@]}")

  for entry in "${!places[@]}"; do
    paths+=("$ROOT/")
    while [ -n "$entry" ]; do
      paths+=("$ROOT$entry")
      entry=${entry%/*}
    done
  done
  while read -r mode uid gid name; do
    name=${name#"$ROOT"}
    name=${name%/}
    modes[$name/]=$mode owners[$name/]=$uid groups[$name/]=$gid
  done < <([ ${#paths[@]} -eq 0 ] || printf '%s\0' "${paths[@]}" | sort -zu | xargs -0 stat -L -c '%a %u %g %n' -- 2>/dev/null)
  for entry in "${!places[@]}"; do judge "$entry" "${places[$entry]}"; done
  pass
}

# entries FILE...: `FILE TAB ENTRY` for each entry of each PATH that is set there.
entries() {
  awk '
    /^[ \t]*#/ { next }
    match($0, /(^|[ \t;&"])(PATH=|secure_path[ \t]*=[ \t]*)/) {
      value = substr($0, RSTART + RLENGTH)
      if (value ~ /^"/) { value = substr(value, 2); sub(/".*/, "", value) }
      else if (value ~ /^\047/) { value = substr(value, 2); sub(/\047.*/, "", value) }
      else sub(/[ \t;&].*/, "", value)
      if (value == "") next
      count = split(value, parts, ":")
      for (i = 1; i <= count; i++) print FILENAME "\t" parts[i]
    }
  ' "$@"
}

# sort_out FILE ENTRY: folders go to `places`, with the file that names them; what is no folder is told at once.
sort_out() {
  local entry=$2
  # shellcheck disable=SC2016,SC2088 # as it stands in a file
  case $entry in
    '$HOME'* | '${HOME}'* | '~/'*) entry=/root/${entry#*/} ;;
    # What a shell puts in there is not known.
    *[\$\`{}\\]*) return ;;
  esac
  case $entry in
    '') fail "$1" "the PATH in $1 has an empty entry, which is whatever folder root is in" ;;
    /*)
      while [[ $entry == */ ]]; do entry=${entry%/}; done
      places[$entry]=$1
      ;;
    *) fail "$1" "the PATH in $1 has the entry $entry, which depends on the folder that root is in" ;;
  esac
}

# judge FOLDER FILE: the folder and those above it. In the first one that is there a new name is enough; higher up, where
# a sticky folder holds what lies in it, only who can put another folder in the place of this one.
judge() {
  local at=$1 mode can_make=1 why=''
  while :; do
    mode=${modes[$at/]-}
    if [ -n "$mode" ]; then
      [ -n "$can_make" ] || ! ((8#$mode & 8#1000)) || mode=0
      if [ "${owners[$at/]}" != 0 ]; then
        why="belongs to UID ${owners[$at/]}"
      elif ((8#$mode & 2)); then
        why='may be written by everybody'
      elif ((8#$mode & 8#20)) && has_members "${groups[$at/]}"; then
        why="may be written by the group with the GID ${groups[$at/]}"
      fi
      can_make=''
    fi
    if [ -n "$why" ]; then
      [ -n "${modes[$1/]-}" ] || why+=", and $1 is not there yet"
      fail "${at:-/}" "${at:-/} $why; root looks for programs in $1 ($2)"
      return
    fi
    [ -n "$at" ] || return
    at=${at%/*}
  done
}

# has_members GID: whether anybody but root is in the group.
has_members() {
  [ "$1" != 0 ] || return 1
  awk -F: -v gid="$1" '
    FNR == NR { if ($3 == gid && $4 != "" && $4 != "root") found = 1; next }
    $4 == gid && $3 != 0 { found = 1 }
    END { exit !found }
  ' "$ROOT/etc/group" "$ROOT/etc/passwd"
}

# Words in files are for a person to change, and whose a folder should be is for one to say: it may be the home of somebody, or
# hold a service that writes there.
fix() {
  local mode uid
  if [ ! -d "$ROOT$1" ]; then
    by_hand "take the entry out of PATH in $1"
    return
  fi
  read -r mode uid < <(stat -L -c '%a %u' -- "$ROOT$1")
  if [ "$uid" != 0 ]; then
    by_hand "take $1 out of the PATH of root, or give it to root if nobody else needs to write there"
    return
  fi
  set_mode "$ROOT$1" "$(printf '%04o' $((8#$mode & ~8#22)))"
}

undo() {
  put_back
}
