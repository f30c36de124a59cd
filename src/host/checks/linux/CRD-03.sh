# id: CRD-03
# title: A secret stands on a command line, in the environment of a program or in a unit
# severity: high
# rationale: Everybody on the machine can read command lines and units; whatever runs under the same account can read an
#   environment, and crash reports and child processes carry it on.
# references: ATT&CK T1552; ATT&CK T1552.007
# needs: root for processes of other people
# facts: processes
# fix: M
# remedy: Give the program its secret in a file that it alone can read (LoadCredential= in a unit, --password-file, a
#   credential helper), and change the secret.
# timeout: 10 s

RULES=${BASH_SOURCE[0]%/*}/credentials.tsv
COMMANDS=${BASH_SOURCE[0]%/*}/credentials-commands.tsv
# shellcheck source=/dev/null
. "${0%/*}/secrets.sh"

detect() {
  need_facts processes || return
  local -A exe_of=() told=()
  secret_patterns "$RULES" "$COMMANDS"
  each_process know
  look_command_lines
  look_environments
  look_units
  [ "$IS_ROOT" = 1 ] || unknown 'processes of other people' 'their environment cannot be read without root'
  pass
}

know() { [ "$kernel" = 1 ] || exe_of[$pid]=${exe:-$comm}; }

# Groups of processes that show the same are told once. A program that overwrites its password there shows x in its place.
look_command_lines() {
  local pid text
  while read -r pid text; do
    tell high "$pid" "$text" 'on its command line, where everybody can read it'
  done < <(each_process command_line | grep -aEf "$WORK/secret-patterns")
}

command_line() { [ "$kernel" = 1 ] || printf '%s\n' "$pid ${cmdline//$'\n'/ }"; }

look_environments() {
  local file text name
  while IFS= read -r -d '' file && IFS= read -r -d '' text; do
    file=${file%/environ} name=''
    # A program that writes a title of its own there has no names there, and what stands before = may be the secret.
    [[ $text =~ ^([A-Za-z_][A-Za-z0-9_]*)= ]] && name=", as ${BASH_REMATCH[1]}"
    tell medium "${file##*/}" "$text" "in its environment$name"
  done < <(grep -azEHZ -f "$WORK/secret-patterns" -- "$ROOT"/proc/[0-9]*/environ /dev/null 2>/dev/null)
}

# tell SEVERITY PID TEXT WHERE
tell() {
  local program=${exe_of[$2]-} print
  [ -n "$program" ] || return
  is_secret "$RULES" "$3" || is_secret "$COMMANDS" "$3" || return
  case $KIND in 'AWS access key id') return ;; esac
  print=$(printf %s "$SECRET" | fingerprint)
  [ -z "${told[$program$print]-}" ] || return
  told[$program$print]=1
  fail -s "$1" "process:$program:$print" "$KIND $4 (pid $2, $print)"
}

# Units of the system; what people write for themselves lies in their homes and is read as any file of theirs.
look_units() {
  local file text mode print severity
  while IFS= read -r -d '' file && IFS= read -r text; do
    is_secret "$RULES" "${text#*:}" || is_secret "$COMMANDS" "${text#*:}" || continue
    case $KIND in 'AWS access key id') continue ;; esac
    mode=$(stat -c %a -- "$file" 2>/dev/null) || continue
    severity=medium
    # systemd shows the lines of a closed unit to everybody nevertheless (systemctl show), so closing it helps little.
    ((8#$mode & 8#004)) && severity=high
    print=$(printf %s "$SECRET" | fingerprint)
    fail -s "$severity" "${file#"$ROOT"}:$print" "$KIND in line ${text%%:*} (mode $mode, $print)"
  done < <(
    find "$ROOT"/etc/systemd "$ROOT"/usr/local/lib/systemd "$ROOT"/run/systemd/system "$ROOT"/etc/init.d "$ROOT"/etc/default "$ROOT"/etc/sysconfig "$ROOT"/etc/environment \
      "$ROOT"/etc/crontab "$ROOT"/etc/cron.d -type f -size -512k -print0 2>/dev/null | unit_lines
  )
}

unit_lines() { xargs -0 -r grep -aEnHZ -f "$WORK/secret-patterns" -- /dev/null 2>/dev/null; }
