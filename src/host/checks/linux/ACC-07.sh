# id: ACC-07
# title: Somebody becomes root by sudo without being asked who he is
# severity: high
# rationale: Without a password whoever gets hold of such an account, by a stolen session or a flaw in one of its programs,
#   has the whole host in the same moment.
# references: CIS Debian 12 5.2.4; CIS Debian 12 5.2.5; ATT&CK T1548.003
# applies: command sudo
# needs: root
# fix: M
# remedy: Change the line with visudo -f FILE: take NOPASSWD away, or name the few commands that a program needs. Files of
#   sudo belong to root with mode 0440.
# timeout: 5 s

detect() {
  local file files=() folder name
  if [ ! -e "$ROOT/etc/sudoers" ]; then
    not_applicable 'there is no /etc/sudoers'
    return
  elif [ ! -r "$ROOT/etc/sudoers" ]; then
    unknown '/etc/sudoers can be read by root alone'
    return
  fi
  files=("$ROOT/etc/sudoers")
  while read -r folder; do
    writable "$ROOT$folder"
    for file in "$ROOT$folder"/*; do
      # sudo passes over names with a dot, and those that end in ~ (sudoers(5), Including other files).
      name=${file##*/}
      [[ -f $file && $name != *.* && $name != *'~' ]] && files+=("$file")
    done
  done < <(sed -nE 's/^[#@]includedir[ \t]+"?([^"]+)"?.*/\1/p' "${files[0]}")
  while read -r file; do
    [ -f "$ROOT$file" ] && files+=("$ROOT$file")
  done < <(sed -nE 's/^[#@]include[ \t]+"?([^"]+)"?.*/\1/p' "${files[@]}")
  for file in "${files[@]}"; do writable "$file"; done

  local kind place who what
  while IFS=$'\t' read -r kind place who what; do
    place=${place#"$ROOT"}
    case $kind in
      all) everything "$place" "$who" ;;
      words) gives_shell "$place" "$who" "$what" || command "$place" "$who" "$what" ;;
      command) command "$place" "$who" "$what" ;;
      default) fail "$place" "sudo asks nobody for a password: Defaults$what" ;;
    esac
  done < <(rules "${files[@]}")
  pass
}

# rules FILE...: what is let through without a password: KIND FILE WHO WHAT, with TAB between them.
rules() {
  awk '
    FNR == 1 { line = "" }
    { line = line $0 }
    /\\$/ { sub(/\\$/, " ", line); next }
    { whole = line; line = "" }
    whole ~ /^[ \t]*#/ || whole ~ /^[ \t]*@/ { next }
    { sub(/[ \t]#[^0-9].*/, "", whole); gsub(/[ \t]+/, " ", whole); sub(/^ /, "", whole) }
    whole ~ /^Defaults/ {
      if (whole ~ /!authenticate/) { sub(/^Defaults/, "", whole); print "default\t" FILENAME "\t-\t" whole }
      next
    }
    whole ~ /^Cmnd_Alias / {
      sub(/^Cmnd_Alias /, "", whole)
      if (whole ~ /= *(.*, *)?ALL *(,.*)?$/) { split(whole, parts, /[ =]/); everything[parts[1]] = 1 }
      next
    }
    whole ~ /^[A-Za-z]+_Alias / || whole !~ /NOPASSWD/ { next }
    {
      who = substr(whole, 1, index(whole, "=") - 1)
      # The last word before = is the host.
      sub(/ *[^ ,]+ *$/, "", who)
      if (who == "root" || who == "#0" || who == "") next
      commands = substr(whole, index(whole, "=") + 1)
      # Whose rights they run with, by a sign, since a list of people has commas too. An alias (in capitals) may hold root.
      while (match(commands, /\([^)]*\)/)) {
        as = substr(commands, RSTART + 1, RLENGTH - 2); sub(/:.*/, "", as)
        commands = substr(commands, 1, RSTART - 1) (as ~ /(^|[ ,])(root|#0+|%[^ ,]*|[A-Z][A-Z0-9_]*)([ ,]|$)/ ? " \001 " : " \002 ") substr(commands, RSTART + RLENGTH)
      }
      free = 0; as_root = 1
      count = split(commands, parts, ",")
      for (i = 1; i <= count; i++) {
        each = parts[i]
        if (index(each, "\002")) as_root = 0
        else if (index(each, "\001")) as_root = 1
        gsub(/[\001\002]/, " ", each)
        if (each ~ /NOPASSWD *:/) free = 1
        else if (each ~ /(^|[ :])PASSWD *:/) free = 0
        gsub(/[A-Z_]+ *:/, " ", each)
        gsub(/^ +| +$/, "", each)
        if (!free || !as_root || each == "") continue
        if (each == "ALL" || each in everything) print "all\t" FILENAME "\t" who "\t" each
        else if (each ~ /^\//) { print (split(each, word, " ") == 1 ? "words" : "command") "\t" FILENAME "\t" who "\t" word[1] }
      }
    }
  ' "$@"
}

# everything FILE WHO: who has no password at all cannot be asked for one, which is how images of clouds come.
everything() {
  local evidence="$2 may run everything as root without a password, by $1"
  if [[ $2 != %* ]] && grep -Eq "^$2:[!*]" "$ROOT/etc/shadow" 2>/dev/null; then
    fail -s medium "sudo:$2" "$evidence; the account has no password that could be asked for"
  else
    fail "sudo:$2" "$evidence"
  fi
}

# gives_shell FILE WHO COMMAND: with whatever words behind it some programs are as good as everything.
gives_shell() {
  local name=${3##*/}
  [ "$name" = su ] || grep -Fxq -e "$name" -e "${name%%[0-9]*}" "${BASH_SOURCE[0]%/*}/shell-escapes.txt" || return
  fail "sudo:$2:$3" "$2 may run it with any words as root without a password, by $1, which is as good as everything"
}

# command FILE WHO COMMAND: it is as good as everything if others may put something else in its place.
command() {
  local mode uid
  read -r mode uid < <(stat -L -c '%a %u' -- "$ROOT$3" 2>/dev/null) || return 0
  if [ "$uid" != 0 ] || ((8#$mode & 8#22)); then
    fail "$3" "$2 may run it as root without a password, by $1, and not only root can change it (mode $mode, UID $uid)"
  fi
}

writable() {
  local mode uid
  read -r mode uid < <(stat -L -c '%a %u' -- "$1" 2>/dev/null) || return 0
  if [ "$uid" != 0 ] || ((8#$mode & 8#22)); then
    fail "${1#"$ROOT"}" "not only root can change what sudo goes by (mode $mode, UID $uid)"
  fi
}
