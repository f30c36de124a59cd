# id: ACC-04
# title: Two accounts or groups share a number or a name
# severity: medium
# rationale: Accounts with one number own each other's files, and nothing tells their acts apart. Of two with one name
#   only the first is asked for, and the second stays behind whatever is done to it.
# references: CIS Debian 12 7.2.5; CIS Debian 12 7.2.6; CIS Debian 12 7.2.7; CIS Debian 12 7.2.8
# needs: nothing
# fix: M
# remedy: Give one of them a number of its own (usermod -u, groupmod -g), then its files (find / -xdev -uid OLD), or remove
#   the one that nobody needs.
# timeout: 5 s

detect() {
  local resource evidence
  while IFS=$'\t' read -r resource evidence; do
    fail "$resource" "$evidence"
  done < <(
    # UID 0 is a matter of its own (ACC-02).
    twice uid 'the UID' 3 0 "$ROOT/etc/passwd"
    twice account 'the name' 1 '' "$ROOT/etc/passwd"
    twice gid 'the GID' 3 '' "$ROOT/etc/group"
    twice group 'the name' 1 '' "$ROOT/etc/group"
  )
  pass
}

# twice KIND WHAT FIELD BUT FILE
twice() {
  awk -F: -v kind="$1" -v what="$2" -v field="$3" -v but="$4" -v file="${5#"$ROOT"}" '
    /^[-+#]/ || NF < 3 || $field == but { next }
    { names[$field] = names[$field] (seen[$field]++ ? ", " : "") $1 }
    END {
      for (each in seen) if (seen[each] > 1) {
        printf "%s:%s\t%s %s is given %d times in %s: %s\n", kind, each, what, each, seen[each], file, names[each]
      }
    }
  ' "$5" | sort
}
