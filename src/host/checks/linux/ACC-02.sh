# id: ACC-02
# title: An account besides root has all the rights of root
# severity: critical
# rationale: The kernel knows numbers only: whoever has the UID 0 is root, under whatever name. A second one is a common
#   back door, since few look at it and nothing tells its acts from those of root.
# references: CIS Debian 12 5.4.2.1; ATT&CK T1136.001
# needs: nothing
# fix: M
# remedy: Find out who made the account and when it was used (last NAME). Lock it (usermod -L NAME), then give it a number
#   of its own (usermod -u NUMBER NAME) or remove its line with vipw.
# timeout: 5 s

detect() {
  local name uid shell
  while IFS=: read -r name _ uid _ _ _ shell; do
    # As the kernel reads it: 00 is 0 too.
    [[ $uid =~ ^0+$ && $name != root ]] && fail "account:$name" "$name has the UID 0 and the shell ${shell:-/bin/sh}"
  done < <(accounts)
  pass
}
