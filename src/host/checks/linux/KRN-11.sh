# id: KRN-11
# title: The kernel hands core files to a program that no package brought
# severity: high
# rationale: What kernel.core_pattern names after a | is started as root, outside of every container, whenever any program
#   crashes. It is a way to keep root rights over restarts and to break out of containers.
# references: ATT&CK T1546; ATT&CK T1611
# needs: nothing
# facts: packages
# fix: M
# remedy: Run sysctl -w kernel.core_pattern=core and take the line out of /etc/sysctl.d; look who wrote the program that it
#   names, and when.
# timeout: 5 s

detect() {
  [ -z "$CONTAINER" ] || { not_applicable 'a container has the kernel of its host'; return; }
  local now saved
  now=$(sysctl_now kernel.core_pattern) || { unknown 'the kernel does not show kernel.core_pattern'; return; }
  judge "$now" 'takes core files'
  if saved=$(sysctl_saved kernel.core_pattern) && [ "$saved" != "$now" ]; then
    judge "$saved" 'will take core files after the next start'
  fi
}

# judge PATTERN WHAT
judge() {
  local program=${1#"|"}
  program=${program#"${program%%[! ]*}"}
  program=${program%% *}
  if [[ $1 != '|'* ]]; then
    pass sysctl:kernel.core_pattern "core files go to ${1:-core}"
  elif [[ $program == /tmp/* || $program == /var/tmp/* || $program == /dev/* || $program == /home/* || $program == */.* ]]; then
    fail sysctl:kernel.core_pattern "$program $2"
  elif owned "$ROOT$program"; then
    pass sysctl:kernel.core_pattern "$program, which a package brought, $2"
  elif [ "$PKG" = none ]; then
    unknown sysctl:kernel.core_pattern "$program $2, and no package manager can say who brought it"
  else
    fail sysctl:kernel.core_pattern "$program $2, and no package brought it"
  fi
}
