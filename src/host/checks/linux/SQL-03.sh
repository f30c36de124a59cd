# id: SQL-03
# title: The root of the database may log in from elsewhere
# severity: high
# rationale: Its name is known to everybody who tries passwords, and it may do everything. On the machine itself it needs
#   no network.
# references: CIS MySQL 7.3; ATT&CK T1110
# needs: root
# facts: mysql
# fix: G
# cuts: Whoever administers the database as root from another machine is cut off.
# remedy: Make an account of another name for the machines that need one, then run DROP USER 'root'@'HOST'.
# timeout: 10 s

# shellcheck source=/dev/null
. "${0%/*}/mysql.sh"

detect() {
  local accounts user host plugin locked
  may_ask || return
  accounts=$(sql_accounts) || { accounts_unseen; return; }
  while IFS=$'\t' read -r user host plugin _ locked; do
    [ "$user:$locked" = root:0 ] || continue
    if is_local "$host" || [ "$host" = "$(uname -n)" ]; then continue; fi
    # By the account of the system nobody comes in over a network.
    case $plugin in unix_socket | auth_socket) continue ;; esac
    if [ "$host" = % ]; then fail "mysql:root@$host" 'root may log in from anywhere'; else fail "mysql:root@$host" "root may log in from $host"; fi
  done <<<"$accounts"
  pass
}

fix() { lock_account "$1"; }

undo() { put_back; }
