# id: CRD-04
# title: A secret stands in the history of a shell
# severity: high
# rationale: Whatever was typed stays in the history for years, is copied with the home folder, and is the first thing
#   that an intruder reads.
# references: ATT&CK T1552.003
# needs: root for homes of other people
# fix: M
# remedy: Change the secret, then take the line out of the history (history -d NUMBER, or an editor while no shell of that
#   account runs). A blank before a command keeps it out where HISTCONTROL=ignorespace is set.
# timeout: 10 s

RULES=${BASH_SOURCE[0]%/*}/credentials.tsv
COMMANDS=${BASH_SOURCE[0]%/*}/credentials-commands.tsv
# shellcheck source=/dev/null
. "${0%/*}/secrets.sh"
MOST_TOLD=3

detect() {
  local file text
  local -A told=() count=()
  secret_patterns "$RULES" "$COMMANDS"
  while IFS= read -r -d '' file && IFS= read -r text; do
    is_secret "$RULES" "${text#*:}" || is_secret "$COMMANDS" "${text#*:}" || continue
    case $KIND in 'AWS access key id') continue ;; esac
    count[$file]=$((${count[$file]-0} + 1))
    [ "${count[$file]}" -le $MOST_TOLD ] || continue
    told[$file]="${told[$file]-}${told[$file]+, }$KIND in line ${text%%:*} ($(printf %s "$SECRET" | fingerprint))"
  done < <(histories | xargs -0 -r grep -aEnHZ -f "$WORK/secret-patterns" -- /dev/null 2>/dev/null)
  for file in "${!told[@]}"; do
    if [ "${count[$file]}" -gt $MOST_TOLD ]; then told[$file]+=", and $((${count[$file]} - MOST_TOLD)) more"; fi
    fail "${file#"$ROOT"}" "${told[$file]}"
  done
  [ "$IS_ROOT" = 1 ] || unknown 'homes of other people' 'homes that are closed cannot be looked into without root'
  pass
}

histories() {
  local home file
  while IFS=: read -r _ _ _ _ _ home _; do
    case $home in /?*) ;; *) continue ;; esac
    for file in .bash_history .zsh_history .sh_history .ash_history .history .mysql_history .psql_history .rediscli_history \
      .python_history .node_repl_history .local/share/fish/fish_history; do
      if [ -f "$ROOT$home/$file" ] && [ ! -L "$ROOT$home/$file" ]; then printf '%s\0' "$ROOT$home/$file"; fi
    done
  done < <(accounts | sort -t: -u -k6,6)
}
