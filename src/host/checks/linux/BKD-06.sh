# id: BKD-06
# title: Logging in is decided by something that does not belong there
# severity: critical
# rationale: Modules of PAM see every password. One that no package brought can let a password of its own in and write
#   down all others; pam_permit lets everybody in; pam_exec hands a program what was typed.
# references: ATT&CK T1556.003
# needs: nothing
# facts: packages
# fix: M
# remedy: Keep a root shell open. Take the line out of the file in /etc/pam.d, try a login in a second window, then keep
#   the module for whoever looks into this. Debian's own files come back with pam-auth-update --force.
# timeout: 10 s

detect() {
  local file line number type control module path
  local -A used=() foreign=()
  if ! [ -d "$ROOT/etc/pam.d" ]; then
    not_applicable 'there is no /etc/pam.d'
    return
  fi
  need_facts packages/files || return
  while IFS= read -r -d '' path; do foreign[${path##*/}]=$path; done < <(modules | unowned)
  while IFS= read -r -d '' file && IFS= read -r line; do
    number=${line%%:*} line=${line#*:} file=${file#"$ROOT"}
    [[ $line =~ ^[[:space:]]*-?(auth|account|password|session)[[:space:]]+(\[[^]]*\]|[a-z_]+)[[:space:]]+([^[:space:]]+)(.*) ]] || continue
    type=${BASH_REMATCH[1]} control=${BASH_REMATCH[2]} module=${BASH_REMATCH[3]}
    used[${module##*/}]=1
    if is_foreign "$module"; then
      fail "$file:$module" "line $number asks $path, which no package brought"
    elif [ "$type" = auth ]; then
      case ${module##*/} in
      pam_permit.so)
        if lets_in "$control"; then
          fail "$file:pam_permit.so" "line $number lets everybody in: auth $control pam_permit.so"
        fi
        ;;
      pam_exec.so)
        if [[ $line == *expose_authtok* ]]; then
          fail "$file:pam_exec.so" "line $number hands the typed password to a program"
        else
          fail -s high "$file:pam_exec.so" "line $number asks a program whether somebody may log in"
        fi
        ;;
      esac
    fi
  done < <(grep -aEnHZ -d skip '^[[:space:]]*-?(auth|account|password|session)[[:space:]]' -- "$ROOT"/etc/pam.d/* /dev/null 2>/dev/null)
  for module in "${!foreign[@]}"; do
    if [ -z "${used[$module]-}" ]; then
      fail -s high "${foreign[$module]#"$ROOT"}" 'no package brought this module; no service asks it now'
    fi
  done
  pass
}

modules() { find "$ROOT"/lib/security "$ROOT"/lib64/security "$ROOT"/usr/lib/security "$ROOT"/usr/lib64/security "$ROOT"/lib/*/security "$ROOT"/usr/lib/*/security -maxdepth 1 -type f -name '*.so' -print0 2>/dev/null; }

# is_foreign MODULE: as a line of PAM names it. Sets `path`.
is_foreign() {
  case $1 in
  /*)
    path=$1
    ! owned "$path" && ! owned "/usr$path"
    ;;
  *)
    path=${foreign[$1]-}
    path=${path#"$ROOT"}
    [ -n "$path" ]
    ;;
  esac
}

# Enough of itself: nothing after it is asked, or what refuses is jumped over. `required` stands at the end of Debian's common-auth, after the module that
# refuses, and does no harm there.
lets_in() { case $1 in sufficient | binding | *success=done* | *success=[1-9]*) ;; *) return 1 ;; esac }
