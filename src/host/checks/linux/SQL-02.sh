# id: SQL-02
# title: The database has an anonymous account or a test database that everybody may use
# severity: high
# rationale: An account without a name lets anybody in, and takes logins away from accounts with a wider host. What it may do
#   in databases called test is enough to fill the disk.
# references: CIS MySQL 7.7; CIS MySQL 4.2
# needs: root
# facts: mysql
# fix: G
# cuts: Who came in without a name does not any more.
# remedy: Run mariadb-secure-installation, or DROP USER ''@'HOST', and DROP DATABASE test where nobody uses it.
# timeout: 10 s

# shellcheck source=/dev/null
. "${0%/*}/mysql.sh"

detect() {
  local accounts grants user host locked database
  may_ask || return
  accounts=$(sql_accounts) || { accounts_unseen; return; }
  grants=$(sql "SELECT Host, Db FROM mysql.db WHERE User='' AND Db LIKE 'test%'") || { accounts_unseen; return; }
  while IFS=$'\t' read -r user host _ _ locked; do
    if [ "$user:$locked" = -:0 ]; then fail "mysql:@$host" 'an account without a name lets anybody in'; fi
  done <<<"$accounts"
  while IFS=$'\t' read -r host database; do
    [ -n "$host" ] || continue
    fail -s medium "mysql:grant:$database@$host" "everybody may use databases called $database"
  done <<<"$grants"
  pass
}

fix() { case $1 in mysql:grant:*) by_hand "take the grant away: DELETE FROM mysql.db WHERE User='' AND Db LIKE 'test%'; FLUSH PRIVILEGES" ;; *) lock_account "$1" ;; esac }

undo() { put_back; }
