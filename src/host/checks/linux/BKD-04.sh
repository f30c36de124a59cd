# id: BKD-04
# title: A unit of systemd starts something that no package brought, from an odd place
# severity: high
# rationale: A unit brings a program back after each start of the machine, and a timer each hour. Programs of a
#   distribution lie in /usr; one in /tmp, in a hidden folder or in somebody's home belongs to whoever put it there.
# references: ATT&CK T1543.002; ATT&CK T1053.006
# applies: command systemctl
# needs: root for the units of other people
# facts: packages
# fix: G
# cuts: The unit is stopped and not started any more. Whoever uses what it runs misses it.
# remedy: Run systemctl cat on the unit and find out who wrote it. If nobody did, run systemctl disable --now on it, and
#   keep the program that it starts for whoever looks into this.
# timeout: 10 s

COMMANDS=${BASH_SOURCE[0]%/*}/commands.tsv

detect() {
  local file line why severity
  local -A unit=()
  need_facts packages/files || return
  while IFS= read -r -d '' file && IFS= read -r line; do
    line=${line#*:}
    line=${line#*=}
    # systemd.service(5): these may stand before the path.
    while case $line in [-@:+!\|\ ]*) true ;; *) false ;; esac do line=${line#?}; done
    judge "$line" || continue
    unit[$file]=${unit[$file]-$severity $why}
  done < <(
    unit_files | unowned | xargs -0 -r grep -aEnHZ '^[[:space:]]*Exec(Start|StartPre|StartPost|Condition|Stop|StopPost|Reload)[[:space:]]*=' -- /dev/null 2>/dev/null
  )
  for file in "${!unit[@]}"; do
    if is_idle "$file"; then
      fail -s info "${file#"$ROOT"}" "no package brought this unit, and it ${unit[$file]#* }; it is stopped, and nothing starts it"
    else
      fail -s "${unit[$file]%% *}" "${file#"$ROOT"}" "no package brought this unit, and it ${unit[$file]#* }"
    fi
  done
  pass
}

# unit_of FILE: a drop-in belongs to the unit whose folder it lies in.
unit_of() {
  local name=${1##*/}
  case $1 in *.d/*.conf) name=${1%/*} name=${name##*/} name=${name%.d} ;; esac
  printf '%s\n' "$name"
}

# is_idle FILE: whether somebody stopped the unit for good; of one that others start when they need it nobody can say so.
is_idle() {
  local name
  name=$(unit_of "$1")
  [ "$INIT" = systemd ] && [[ $1 != */systemd/user/* && $name == *.service && $name != *@.service ]] || return
  [ ! -e "${1%.service}.timer" ] && [ ! -e "${1%.service}.socket" ] || return
  case $(systemctl is-enabled "$name" 2>/dev/null) in disabled | masked) ;; *) return 1 ;; esac
  case $(systemctl is-active "$name" 2>/dev/null) in inactive | failed) ;; *) return 1 ;; esac
  # Timers and paths of another name, and units that want it.
  [ -z "$(systemctl show -p TriggeredBy -p WantedBy -p RequiredBy -p BoundBy -p UpheldBy -p OnFailureOf -p OnSuccessOf --value -- "$name" 2>/dev/null | tr -d '[:space:]')" ]
}

unit_files() {
  local home
  local -a folders=("$ROOT"/{etc,run,usr/lib,usr/local/lib,lib}/systemd/{system,user})
  while IFS=: read -r _ _ _ _ _ home _; do
    case $home in /?*) folders+=("$ROOT$home/.config/systemd/user") ;; esac
  done < <(accounts)
  find "${folders[@]}" -maxdepth 2 -type f \( -name '*.service' -o -name '*.socket' -o -name '*.conf' \) -print0 2>/dev/null
  # `systemctl enable PATH` links a unit from wherever it lies.
  find "${folders[@]}" -maxdepth 2 -type l -xtype f \( -name '*.service' -o -name '*.socket' -o -name '*.conf' \) -print0 2>/dev/null |
    xargs -0 -r realpath -ez --
}

# judge COMMAND: sets `why` and `severity`.
judge() {
  severity=high
  if first_rule "$COMMANDS" "$1"; then
    why=$RULE
    return 0
  fi
  case $1 in
  /home/* | \"/home/*)
    # Usual where people run what they wrote; who can change it is whoever owns that home.
    severity=low
    why='runs a program from a home folder'
    ;;
  *) return 1 ;;
  esac
}

fix() {
  local name
  name=$(unit_of "$1")
  if is_idle "$ROOT$1"; then
    by_hand 'it is stopped, and nothing starts it: remove the file if nobody needs it'
    return
  fi
  case $1 in
  */systemd/user/*) quarantine "$ROOT$1" ;;
  *)
    set_service "$name" stop
    set_service "$name" disable
    ;;
  esac
}

undo() { put_back; }
