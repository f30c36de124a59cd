# id: FIL-06
# title: A command of the system was brought by no package
# severity: high
# rationale: /usr/bin and /usr/sbin belong to the package manager; what people add goes to /usr/local. A program that somebody
#   put there by hand looks like a part of the system and is started like one.
# references: ATT&CK T1036.005
# needs: nothing
# facts: files packages
# fix: M
# remedy: Find out where it came from (ls -lc, file, strings). What was put there on purpose belongs into /usr/local/bin.
# timeout: 10 s

# What came within so many days is told as high; what has been there for longer, as low.
RECENT_DAYS=30

detect() {
  local now path
  local -A when=()
  need_facts files/path-executables packages/files || return
  printf -v now '%(%s)T' -1
  each_file path-executables know
  [ ${#when[@]} -gt 0 ] || { pass && return; }
  while IFS= read -r -d '' path; do
    if ((now - ${when[$path]} < RECENT_DAYS * 86400)); then
      fail "${path#"$ROOT"}" "no package brought it; it came or changed $(((now - ${when[$path]}) / 86400)) days ago"
    else
      fail -s low "${path#"$ROOT"}" 'no package brought it'
    fi
  done < <(printf '%s\0' "${!when[@]}" | unowned)
  pass
}

know() {
  case $shown in /usr/bin/* | /usr/sbin/* | /bin/* | /sbin/*) when[$path]=$ctime ;; esac
}
