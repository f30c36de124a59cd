# id: BKD-01
# title: A library is loaded into every program
# severity: critical
# rationale: Whatever /etc/ld.so.preload names is loaded into every program that is started, those of root included. It is
#   the usual place of rootkits that hide files, processes and connections. Hardly anything of a distribution uses it.
# references: ATT&CK T1574.006
# needs: nothing
# facts: packages
# fix: G
# cuts: A library that something on this machine needs in every program (a memory allocator, a logger) is not loaded any more.
# remedy: Look at the library with a program from elsewhere (busybox-static), then take its line out of
#   /etc/ld.so.preload and start the machine again; what was started with it keeps it until then.
# timeout: 10 s

PRELOAD=$ROOT/etc/ld.so.preload

detect() {
  local text library brought=0
  local -a foreign=()
  if [ -e "$PRELOAD" ] && ! [ -r "$PRELOAD" ]; then
    unknown /etc/ld.so.preload 'it is there and cannot be read'
  elif [ -e "$PRELOAD" ]; then
    text=$(tr '\0' '\n' <"$PRELOAD" 2>/dev/null)
    while IFS= read -r library; do
      if owned "$library" || owned "/usr$library"; then brought=$((brought + 1)); else foreign+=("$library"); fi
    done < <(libraries_of "$text")
    if [ ${#foreign[@]} -gt 0 ]; then
      fail /etc/ld.so.preload "it loads ${foreign[0]}, which no package brought$(more $((${#foreign[@]} - 1)))"
    elif [ $brought -gt 0 ]; then
      fail -s low /etc/ld.so.preload "it loads what packages brought: $(libraries_of "$text" | tr '\n' ' ')"
    else
      pass /etc/ld.so.preload 'it is empty'
    fi
  else
    pass /etc/ld.so.preload 'it is not there'
  fi
  # A rootkit hides that file from every program that it is loaded into. What is loaded into this one still shows.
  [ -n "$ROOT" ] || loaded_here
}

# Words may be apart by blanks and colons (ld.so(8)); what follows # is a comment.
libraries_of() {
  local line
  local -a words
  while IFS= read -r line; do
    IFS=$' \t:' read -r -a words <<<"${line%%#*}"
    [ ${#words[@]} -eq 0 ] || printf '%s\n' "${words[@]}"
  done <<<"$1"
}

more() { [ "$1" -eq 0 ] || printf ', and %s more' "$1"; }

loaded_here() {
  local mode library
  local -A seen=()
  while read -r _ mode _ _ _ library; do
    case $mode:$library in r-xp:/*.so*) seen[$library]=1 ;; esac
  done </proc/self/maps
  [ ${#seen[@]} -gt 0 ] && have_fact packages/files || return 0
  while IFS= read -r -d '' library; do
    fail "library:$library" "it is loaded into the shell that makes this check, and no package brought it"
  done < <(printf '%s\0' "${!seen[@]}" | unowned)
}

# What packages brought stays.
fix() {
  local library
  case $1 in library:*)
    by_hand "find out what loads ${1#library:} (LD_PRELOAD, or a file in /etc/ld.so.conf.d), look at it with a program from elsewhere (busybox-static), and take it out there"
    return
    ;;
  esac
  while IFS= read -r library; do
    if owned "$library" || owned "/usr$library"; then printf '%s\n' "$library"; fi
  done < <(libraries_of "$(<"$PRELOAD")") | set_file "$PRELOAD" may_be_empty
}

undo() { put_back; }
