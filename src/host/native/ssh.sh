# Judging and setting the SSH server. A check that wants these says `use ssh`.

# sshd_answers: whether the server said how it would act; if not, that is told.
sshd_answers() {
  local said
  have_fact sshd && return 0
  if have_fact sshd.error; then
    IFS= read -r said <"$FACTS/sshd.error"
    unknown "the SSH server could not be asked: ${said:-it said nothing}"
  else
    not_applicable 'there is no SSH server'
  fi
  return 1
}

# judge_sshd [-s SEVERITY] KEYWORD GOOD: GOOD is `no|prohibit-password`.
judge_sshd() {
  local value
  local -a severity=()
  if [ "$1" = -s ]; then
    severity=(-s "$2")
    shift 2
  fi
  sshd_answers || return 0
  # What it does not say it does not know, and so does not do.
  if value=$(sshd_value "$1") && ! one_of "$value" "$2"; then
    fail ${severity[@]+"${severity[@]}"} "sshd:$1" "$1 is $value"
  else
    pass "sshd:$1" "$1 is ${value:-not known to it}"
  fi
  judge_sshd_matches "$1" "$2"
}

sshd_files() {
  local file
  for file in "$ROOT"/etc/ssh/sshd_config "$ROOT"/etc/ssh/sshd_config.d/*.conf; do
    [ -r "$file" ] && printf '%s\0' "$file"
  done
}

# judge_sshd_matches KEYWORD GOOD: what holds for some people or addresses only, which the server does not say unasked.
judge_sshd_matches() {
  local file number value who
  local -a files=()
  mapfile -d '' -t files < <(sshd_files)
  [ ${#files[@]} -gt 0 ] || return 0
  while IFS=$'\t' read -r file number value who; do
    one_of "$value" "$2" || fail "sshd:$1:$who" "$1 is $value for $who (${file#"$ROOT"}:$number)"
  done < <(awk -v keyword="$1" '
    FNR == 1 { who = "" }
    { sub(/^[ \t]+/, ""); key = tolower($0); sub(/[ \t=].*/, "", key) }
    key == "match" { who = $0; sub(/^[^ \t]+[ \t]+/, "", who); sub(/[ \t\r]+$/, "", who); if (tolower(who) == "all") who = "" }
    key == keyword && who != "" {
      value = tolower($0); sub(/^[^ \t=]+[ \t=]+/, "", value); sub(/[ \t]+#.*/, "", value); gsub(/"|[ \t\r]+$/, "", value)
      print FILENAME "\t" FNR "\t" value "\t" who
    }
  ' "${files[@]}")
}

# set_sshd RESOURCE KEYWORD VALUE [KEYWORD VALUE]...: before whatever else sets them, since the server takes the first value.
set_sshd() {
  local config=$ROOT/etc/ssh/sshd_config name=${1#sshd:} lines=''
  shift
  if [[ $name == *:* ]]; then
    by_hand "it stands below Match ${name#*:}, where it has to be changed by hand"
    return
  fi
  while [ $# -gt 0 ]; do
    lines+="$1 $2"$'\n'
    shift 2
  done
  # A folder that is read before anything else is set, as Debian and RHEL have it.
  if awk 'tolower($1) == "include" && $2 ~ /sshd_config\.d\/\*\.conf/ { found = 1; exit } /^[ \t]*[A-Za-z]/ { exit } END { exit !found }' "$config"; then
    printf '%s' "$lines" | set_file "$ROOT/etc/ssh/sshd_config.d/00-holdfast-$name.conf"
  else
    { printf '%s' "$lines" && cat -- "$config"; } | set_file "$config"
  fi
  try_sshd
}

# replace_sshd RESOURCE KEYWORD VALUE: on the lines that set it. Of some settings the server takes the last value (MaxStartups).
replace_sshd() {
  local file found_one=''
  local -a files=()
  mapfile -d '' -t files < <(sshd_files)
  for file in ${files[@]+"${files[@]}"}; do
    grep -Eqi "^[[:space:]]*$2[[:space:]=]" "$file" || continue
    found_one=1
    sed -E "s/^([[:space:]]*)$2[[:space:]=].*/\1$2 $3/I" "$file" | set_file "$file"
  done
  if [ -n "$found_one" ]; then try_sshd; else set_sshd "$@"; fi
}

try_sshd() {
  validate sshd -t -f "$ROOT/etc/ssh/sshd_config"
  if [ "$INIT" != systemd ]; then
    [ ! -r "$ROOT/run/sshd.pid" ] || reload kill -HUP "$(<"$ROOT/run/sshd.pid")"
  elif [ "$OS_FAMILY" = rhel ]; then
    reload systemctl try-reload-or-restart sshd
  else
    reload systemctl try-reload-or-restart ssh
  fi
}
