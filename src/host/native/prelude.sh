#!/usr/bin/env bash
# What every check may use. A check is run as
#
#   bash prelude.sh CHECK.sh detect          says what it saw
#   bash prelude.sh CHECK.sh fix RESOURCE    says what it wants changed, and changes nothing itself
#   bash prelude.sh CHECK.sh undo RESOURCE   says how that is taken back
#   bash prelude.sh PROBE.sh look            looks at something once for all checks, and writes it into $FACTS
#
# Answers go to descriptor 3: for each a word, the number of its fields, and the fields, all ended by NUL, so that any
# file name survives. Whatever a check prints otherwise goes to stderr.
#
# Given in the environment: ROOT ('' or the scratch root that stands for /), FACTS (folder of what was looked at once),
# WORK (folder of this run), IS_ROOT, OS_ID, OS_VERSION, OS_FAMILY, PKG, INIT, CONTAINER, WITHIN (seconds).

set -u -o pipefail
umask 077
unset BASH_ENV ENV CDPATH GREP_OPTIONS POSIXLY_CORRECT TMPDIR
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
CHECK_ID=${1##*/}
CHECK_ID=${CHECK_ID%.sh}
exec </dev/null >&2
trap '' PIPE

# say WORD FIELD...
say() {
  local word=$1
  shift
  printf '%s\0' "$word" "$#" "$@" >&3
}

# --- What was seen -----------------------------------------------------------------------------------------------

found=0

# fail [-s SEVERITY] RESOURCE EVIDENCE [REMEDY]: never a secret, one short line of evidence.
fail() {
  local severity=''
  if [ "${1-}" = -s ]; then
    severity=$2
    shift 2
  fi
  found=1
  say fail "$severity" "$1" "$2" "${3-}"
}

# pass [RESOURCE] [EVIDENCE]: without words it speaks of all that the check looks at, and only where nothing was found.
pass() {
  [ $# -gt 0 ] || [ "$found" = 0 ] || return 0
  say pass "${1-}" "${2-}"
}

# not_applicable REASON
not_applicable() { say not_applicable "$1"; }

# unknown [RESOURCE] REASON: it could not be looked at.
unknown() {
  found=1
  if [ $# -gt 1 ]; then say unknown "$1" "$2"; else say unknown '' "$1"; fi
}

# --- Looking -----------------------------------------------------------------------------------------------------

has() { command -v "$1" >/dev/null 2>&1; }

# have_fact NAME: whether it was looked at.
have_fact() { [ -r "$FACTS/$1" ]; }

# fingerprint: of a secret on stdin, 12 hexadecimal digits that say nothing of it to whoever has not this host's key.
fingerprint() {
  local digest
  digest=$(cat -- "$FACTS/fingerprint-key" - 2>/dev/null | sha256sum)
  printf '%.12s\n' "$digest"
}

# owned PATH: whether a package brought it.
owned() { grep -Fxq -- "${1#"$ROOT"}" "$FACTS/packages/files" 2>/dev/null; }

# unowned: of the paths on stdin, each ended by NUL, those that no package brought, in the same form. One walk over the
# sorted list of packages serves all of them; a line break in a name stands as NUL meanwhile.
unowned() {
  if [ -z "$ROOT" ]; then
    tr '\n\0' '\0\n' | sort -u | comm -23 - "$FACTS/packages/files" | tr '\n\0' '\0\n'
  else
    tr '\n\0' '\0\n' | sort -u | comm -23 - <(awk -v root="$ROOT" '{ print root $0 }' "$FACTS/packages/files") |
      tr '\n\0' '\0\n'
  fi
}

# start_of BYTES PATH: the beginning of a file of somebody who may put a queue in its place at any moment. Opened so, it keeps nobody
# waiting.
start_of() { dd if="$2" iflag=nonblock bs="$1" count=1 status=none 2>/dev/null; }

# programs_among: of the paths on stdin, each ended by NUL, the files that begin as a program does (ELF), in the same form.
programs_among() {
  local sized path first
  sized=$(mktemp "$WORK/sized.XXXXXXXX") || return
  xargs -0 -r bash -c 'find "$@" -maxdepth 0 -type f \( -size -2048 -printf "1%p\0" -o -printf "2%p\0" \)' bash >"$sized" 2>/dev/null
  # grep tells the beginning of thousands at once, and opens no queue. One without any line it would read up to its end.
  sed -zn 's/^1//p' "$sized" | xargs -0 -r grep -aoEHZ -m 1 -D skip '^.{4}' -- /dev/null 2>/dev/null |
    while IFS= read -r -d '' path && IFS= read -r first; do
      [ "$first" != $'\177ELF' ] || printf '%s\0' "$path"
    done 2>/dev/null
  sed -zn 's/^2//p' "$sized" | while IFS= read -r -d '' path; do
    first=$(start_of 4 "$path" | tr -d '\0')
    [ "$first" != $'\177ELF' ] || printf '%s\0' "$path"
  done
}

# read_fields NAME...: the next record on stdin into the variables, whose fields NUL ends; status 1 at its end.
read_fields() {
  local _field
  for _field; do
    IFS= read -r -d '' "$_field" || return 1
  done
}

# each_process WHAT: calls it for each, with these set. At once from one array: `read` takes thirty times as long.
# shellcheck disable=SC2034 # checks read them
each_process() {
  local -a all
  local at pid ppid uid euid start_s cpu_s kernel state comm exe deleted cwd tty cmdline stopped
  mapfile -d '' -t all <"$FACTS/processes"
  for ((at = 0; at + 13 < ${#all[@]}; at += 14)); do
    pid=${all[at]} ppid=${all[at + 1]} uid=${all[at + 2]} euid=${all[at + 3]} start_s=${all[at + 4]}
    cpu_s=${all[at + 5]} kernel=${all[at + 6]} state=${all[at + 7]} comm=${all[at + 8]} exe=${all[at + 9]}
    deleted=${all[at + 10]} cwd=${all[at + 11]} tty=${all[at + 12]} cmdline=${all[at + 13]}
    stopped=''
    [ "$state" != T ] || stopped='it stands still since it was stopped'
    "$1"
  done
}

# fail_process [-s SEVERITY] RESOURCE EVIDENCE: one that was stopped does nothing any more, and is there to be looked into.
fail_process() {
  if [ -z "$stopped" ]; then
    fail "$@"
  else
    [ "$1" != -s ] || shift 2
    fail -s info "$1" "$2; $stopped"
  fi
}

# each_socket WHAT: the same for sockets; pid, fd and comm are '' where nobody that we may see holds it.
# shellcheck disable=SC2034 # checks read them
each_socket() {
  local -a all
  local at protocol state local_address local_port remote_address remote_port uid inode pid fd comm
  mapfile -d '' -t all <"$FACTS/sockets"
  for ((at = 0; at + 10 < ${#all[@]}; at += 11)); do
    protocol=${all[at]} state=${all[at + 1]} local_address=${all[at + 2]} local_port=${all[at + 3]}
    remote_address=${all[at + 4]} remote_port=${all[at + 5]} uid=${all[at + 6]} inode=${all[at + 7]}
    pid=${all[at + 8]} fd=${all[at + 9]} comm=${all[at + 10]}
    "$1"
  done
}

# each_file LIST WHAT: the same for a list of $FACTS/files, a thousand at a time, since there may be a million. `shown` is the path
# without the scratch root. WHAT ends the walk by a status of 99.
# shellcheck disable=SC2034 # checks read them
each_file() {
  local -a all
  local at list mode uid gid size mtime ctime path shown
  exec {list}<"$FACTS/files/$1" || return
  while mapfile -d '' -t -n 7000 -u "$list" all && [ ${#all[@]} -gt 0 ]; do
    for ((at = 0; at + 6 < ${#all[@]}; at += 7)); do
      mode=${all[at]} uid=${all[at + 1]} gid=${all[at + 2]} size=${all[at + 3]} mtime=${all[at + 4]} ctime=${all[at + 5]}
      path=${all[at + 6]} shown=${all[at + 6]#"$ROOT"}
      "$2"
      [ $? -ne 99 ] || break 2
    done
  done
  exec {list}<&-
}

# is_contained PID: it sees other files than we do, so that its paths say nothing to our package manager.
is_contained() {
  [ "$(readlink "$ROOT/proc/$1/ns/mnt" 2>/dev/null)" != "$(readlink "$ROOT/proc/self/ns/mnt" 2>/dev/null)" ]
}

# need_facts NAME...: whether all of them were looked at; says that it could not look where one was not.
need_facts() {
  local name
  for name; do
    have_fact "$name" && continue
    unknown "what it goes by was not looked at: $name"
    return 1
  done
}

# commands_running: the names of all processes as the kernel knows them (at most 15 bytes), in one line with a blank around each.
commands_running() {
  local -a fields=()
  local at
  { mapfile -d '' -t fields <"$FACTS/processes"; } 2>/dev/null
  for ((at = 8; at < ${#fields[@]}; at += 14)); do
    printf ' %s ' "${fields[at]}"
  done
}

# others_hidden: whether only our own processes are listed, so that nothing follows from one that is not. The first process is
# somebody else's to all but root; whoever is of the group of the option gid= sees it, and all others.
others_hidden() {
  [ "$IS_ROOT" = 0 ] && [ ! -r "$ROOT/proc/1/stat" ] && grep -qsE '^[^ ]+ /proc proc [^ ]*hidepid=[^0o]' "$ROOT/proc/self/mounts"
}

# patterns_of RULES: the second column of a file of rules (reason, pattern, what it is not; tabs between them).
patterns_of() { grep -v '^#' -- "$1" | cut -f2; }

# lines_like_rules RULES: of the files on stdin, each ended by NUL, the lines that a pattern may fit, as FILE NUL NUMBER:LINE.
# A pattern for the beginning fits after any blank, quote and = here: what stands before a command is for the check to take away.
lines_like_rules() {
  patterns_of "$1" | sed 's/\^\\s\*/(^|["=]|\\s)/g' >"$WORK/patterns"
  xargs -0 -r grep -aEnHZ -D skip -f "$WORK/patterns" -- /dev/null 2>/dev/null
}

# first_rule RULES TEXT: sets RULE to the reason of the first rule that fits; status 1 where none does.
first_rule() {
  local reason pattern but
  while IFS=$'\t' read -r reason pattern but; do
    case $reason in '#'*) continue ;; esac
    [[ $2 =~ $pattern ]] || continue
    [ -n "$but" ] && [[ ${BASH_REMATCH[0]} =~ $but ]] && continue
    # shellcheck disable=SC2034 # checks read it
    RULE=$reason
    return 0
  done <"$1"
  return 1
}

# sshd_value KEYWORD: as the server itself says it would act; status 1 where it does not say.
sshd_value() {
  local key value
  while IFS=' ' read -r key value; do
    if [ "$key" = "$1" ]; then
      printf '%s\n' "$value"
      return 0
    fi
  done 2>/dev/null <"$FACTS/sshd"
  return 1
}

# sysctl_now KEY: what the kernel goes by; status 1 where it has no such key or does not let us see it.
sysctl_now() {
  local path=$1 value
  case $path in */*) ;; *) path=${path//.//} ;; esac
  { value=$(<"$ROOT/proc/sys/$path"); } 2>/dev/null || return 1
  printf '%s\n' "$value"
}

# sysctl_saved KEY: what it will be after the next start; status 1 where no file says so. A file of the same name in a
# folder of more weight stands in for the others, and among names the last one wins (sysctl.d(5)).
sysctl_saved() {
  local folder file name
  local -A chosen=()
  local -a order=()
  for folder in /usr/lib/sysctl.d /usr/local/lib/sysctl.d /run/sysctl.d /etc/sysctl.d; do
    for file in "$ROOT$folder"/*.conf; do
      [ -e "$file" ] && chosen[${file##*/}]=$file
    done
  done
  while IFS= read -r name; do
    [ -n "$name" ] && order+=("${chosen[$name]}")
  done < <(printf '%s\n' "${!chosen[@]}" | sort)
  [ -r "$ROOT/etc/sysctl.conf" ] && order+=("$ROOT/etc/sysctl.conf")
  [ ${#order[@]} -gt 0 ] || return 1
  awk -v wanted="$1" '
    BEGIN { gsub("/", ".", wanted) }
    /^[ \t]*([#;]|$)/ { next }
    {
      at = index($0, "=")
      if (at == 0) next
      key = substr($0, 1, at - 1)
      value = substr($0, at + 1)
      gsub(/^[ \t-]+|[ \t]+$/, "", key)
      gsub(/^[ \t]+|[ \t]+$/, "", value)
      gsub("/", ".", key)
      if (key == wanted) { found = 1; last = value }
    }
    END { if (!found) exit 1; print last }
  ' "${order[@]}"
}

# known_before: what the check remembered when the state of this host was taken as known; status 1 the first time.
known_before() { cat -- "$FACTS/known/$CHECK_ID" 2>/dev/null; }

# remember: the present state, on stdin, sorted lines of no secret. It is kept the first time, and when a person takes
# the state of the host as known; until then every scan is held against what was kept.
remember() { say remember "$(content)"; }

# use NAME: functions for one family of checks, of NAME.sh beside this file.
use() {
  # shellcheck source=/dev/null
  . "${BASH_SOURCE[0]%/*}/$1.sh"
}

# accounts: the lines of passwd.
accounts() { cat -- "$ROOT/etc/passwd"; }

# one_of VALUE PATTERNS: whether it is one of `1|2`.
one_of() {
  local pattern
  local -a patterns
  IFS='|' read -ra patterns <<<"$2"
  for pattern in "${patterns[@]}"; do
    # shellcheck disable=SC2053 # the right side is a pattern
    [[ $1 == $pattern ]] && return 0
  done
  return 1
}

# --- What shall be changed: said here, shown, saved and done by whoever runs the check ----------------------------

# content: keeps stdin in a file and says which.
content() {
  local path
  path=$(mktemp "$WORK/content.XXXXXXXX") || exit 1
  cat >"$path"
  printf '%s' "$path"
}

# set_file PATH [may_be_empty]: its new content on stdin. Owner, mode and ACL stay. Where whatever makes the content breaks
# off, nothing may come, and that is no new content unless it is said to be one.
set_file() {
  local path
  path=$(content)
  if [ -s "$path" ] || [ "${2-}" = may_be_empty ]; then
    say want set_file "$1" "$path"
  else
    by_hand "the new content of ${1#"$ROOT"} could not be made"
  fi
}
set_mode() { say want set_mode "$1" "$2"; }         # PATH MODE
set_owner() { say want set_owner "$1" "$2"; }       # PATH USER:GROUP
remove_file() { say want remove_file "$1"; }        # PATH
quarantine() { say want quarantine "$1"; }          # PATH
set_sysctl() { say want set_sysctl "$@"; }          # KEY VALUE [now], also after the next start but for `now`
set_mount() { say want set_mount "$1" "$2"; }       # PATH OPTION,OPTION: besides those that it has
set_service() { say want set_service "$1" "$2"; }   # NAME start|stop|enable|disable|mask
signal_process() { say want signal_process "$@"; }  # PID START STOP
set_account() { say want set_account "$1" "$2"; }   # NAME lock
load_rules() { say want load_rules "$1" "$2"; }     # nft FILE
restore_rules() { say want restore_rules "$1"; }    # FILE of $FACTS/firewall-kept
validate() { say want validate "$@"; }              # COMMAND...: must succeed, else all is put back
reload() { say want reload "$@"; }                  # COMMAND...: once all is in place
run_sql() { say want run_sql "$@"; }                # CLIENT SOCKET SETTINGS_FILE STATEMENT UNDO_STATEMENT SELECT_OF_WHAT_THEY_CHANGE
# by_hand REASON: of a fix: this one is not for a program to change.
by_hand() { unknown "$1"; }
put_back() { say want put_back; }                   # all of it, by the receipt

# ------------------------------------------------------------------------------------------------------------------

if [ ! -r "$1" ]; then
  unknown "the check could not be read: $1"
  exit 1
fi
# shellcheck source=/dev/null
. "$1"
case $2 in
detect) detect ;;
fix) fix "$3" ;;
undo) undo "$3" ;;
esac
# Without it whoever listens knows that the check broke off: its status says nothing, since bash takes that of the last
# command, whatever it was.
say end
