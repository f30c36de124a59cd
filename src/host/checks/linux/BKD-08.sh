# id: BKD-08
# title: A program or a hidden folder lies where only passing files belong
# severity: high
# rationale: Everybody can write to /tmp, /var/tmp and /dev/shm, so what breaks in puts its first program there, often in
#   a folder whose name is hidden or made of dots and blanks. In /dev itself lie devices and no files.
# references: ATT&CK T1564.001; ATT&CK T1036.005
# needs: root for folders of other people
# facts: files
# fix: G
# cuts: The file is moved away. A program that really starts from there does not start any more.
# remedy: Ask who put it there (ls -l, and lsof on it). If nobody did, keep a copy for whoever looks into this, then
#   remove it and end what runs from it.
# timeout: 60 s

detect() {
  local libraries=0 first='' path
  local -A programs=()
  need_facts files/tmp-suspects || return
  while IFS= read -r -d '' path; do programs[$path]=1; done < <(sed -zn '0~7p' "$FACTS/files/tmp-suspects" | programs_among)
  each_file tmp-suspects tell
  if [ $libraries -gt 0 ]; then
    fail -s low tmp:libraries "$libraries libraries, or programs that cannot be started as they are: $first$([ $libraries = 1 ] || echo ' and others')"
  fi
  pass
}

tell() {
  local severity=high why=''
  judge "${path##*/}" || return
  # Java and others unpack a library there, load it, and leave it behind: many of them are one finding.
  if [ "$severity" = low ]; then
    libraries=$((libraries + 1)) first=${first:-$shown}
  else
    fail -s "$severity" "$shown" "$why (account $uid, mode $mode)"
  fi
}

# judge NAME: sets `severity` and `why`.
judge() {
  if [ -d "$path" ]; then
    is_known "$shown" && return 1
    case $1 in
    ...* | *[[:space:]] | [[:space:]]* | ..?*) why='a folder with a name that is meant to be overlooked' ;;
    .*)
      # Further down they belong to whatever made the folder that they lie in.
      case ${shown%/*} in /tmp | /var/tmp | /dev/shm | /dev) ;; *) return 1 ;; esac
      severity=medium
      why='a hidden folder'
      ;;
    *) return 1 ;;
    esac
  elif [ -f "$path" ]; then
    case $shown in /dev/shm/*) ;; /dev/*)
      why='a file among the devices'
      return 0
      ;;
    esac
    if [ -n "${programs[$path]-}" ]; then
      why='a program'
      if ((!(8#$mode & 8#111))) || [[ $1 == *.so* ]]; then
        severity=low
      fi
      case $shown in */.*) severity=high why='a program in a hidden place' ;; esac
    elif ((8#$mode & 8#111)); then
      case $shown in
      */.*)
        is_known "$shown" && return 1
        why='a script in a hidden place'
        ;;
      *) return 1 ;;
      esac
    else
      return 1
    fi
  else
    # Gone meanwhile, a socket, or a queue.
    return 1
  fi
}

# Known itself, or in a folder that is.
is_known() {
  local pattern
  while IFS= read -r pattern; do
    case $pattern in '' | '#'*) continue ;; esac
    # shellcheck disable=SC2053 # they are patterns
    [[ $1 == $pattern || $1 == $pattern/* ]] && return 0
  done <"${BASH_SOURCE[0]%/*}/known-hidden.txt"
  return 1
}

# The libraries are looked through by hand.
fix() {
  case $1 in
  /*) quarantine "$ROOT$1" ;;
  *) by_hand 'look through the libraries in /tmp, /var/tmp and /dev/shm (ls -l, and lsof on each), and remove those that nothing uses' ;;
  esac
}

undo() { put_back; }
