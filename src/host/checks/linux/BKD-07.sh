# id: BKD-07
# title: A web shell lies in a web root
# severity: critical
# rationale: A script that runs what a request brings gives its author the web server's account, from anywhere, through
#   every firewall. It is what is left behind most often after a flaw in a web application was used.
# references: ATT&CK T1505.003
# needs: root for web roots that are closed
# facts: files packages
# fix: G
# cuts: The script is moved away. A site that really works like that stops working, and should.
# remedy: Move the file out of the web root, keep it, and look in the access log for who asked for it first and what came
#   before that. Change whatever that account of the web server could read.
# timeout: 60 s

SHELLS=${BASH_SOURCE[0]%/*}/webshells.tsv
MOST_BYTES=2097152

detect() {
  local file line
  local -A bad=()
  need_facts files/web packages/files || return
  while IFS= read -r -d '' file && IFS= read -r line; do
    [ -z "${bad[$file]-}" ] || continue
    first_rule "$SHELLS" "${line#*:}" || rule_of_whole "$file" "${line%%:*}" || continue
    bad[$file]="line ${line%%:*} $RULE"
  done < <(scripts | lines_like_rules "$SHELLS" | cut -b-4096)
  in_two_steps
  if [ ${#bad[@]} -gt 0 ]; then
    while IFS= read -r -d '' file; do
      fail "${file#"$ROOT"}" "${bad[$file]}"
    done < <(printf '%s\0' "${!bad[@]}" | unowned)
  fi
  each_file web too_large
  pass
}

# rule_of_whole FILE LINE: the same of a line that was cut. All of it fits a rule, else it would not have come here.
rule_of_whole() {
  local reason pattern
  start_of $MOST_BYTES "$1" | tr -d '\0' | sed -n "$2{p;q}" >"$WORK/line"
  while IFS=$'\t' read -r reason pattern _; do
    case $reason in '#'*) continue ;; esac
    grep -aqE -e "$pattern" "$WORK/line" || continue
    RULE=$reason
    return 0
  done <"$SHELLS"
  return 1
}

# What a package brought is not told even where it was read.
too_large() {
  [ "$size" -le $MOST_BYTES ] || owned "$path" || unknown "$shown" 'it is larger than 2 MiB and was not read'
}

# scripts [BYTES]: those of at most that size.
scripts() {
  local most=${1-$MOST_BYTES}
  each_file web one_script
}

one_script() { if [ "$size" -le "$most" ]; then printf '%s\0' "$path"; fi; }

# A small file that takes a variable from a request and runs a variable, in whatever lines.
in_two_steps() {
  local file
  while IFS= read -r -d '' file; do
    if [ -z "${bad[$file]-}" ]; then bad[$file]='it takes a value from a request and runs it as a command'; fi
  done < <(
    # shellcheck disable=SC2016 # a variable of PHP
    scripts 4096 | xargs -0 -r grep -aElZ -D skip '(^|[^a-zA-Z0-9_>:$])(system|shell_exec|passthru|exec|popen|proc_open|eval|assert)\s*\(\s*@?\$[a-zA-Z_]+\s*[,)]' -- /dev/null 2>/dev/null |
      xargs -0 -r grep -aElZ -D skip '\$_(GET|POST|REQUEST|COOKIE)\s*\[' -- /dev/null 2>/dev/null
  )
}

fix() { quarantine "$ROOT$1"; }

undo() { put_back; }
