# id: SQL-01
# title: An account of the database can be used without a password
# severity: critical
# rationale: Whoever reaches the server has all that the account may, which for root is everything. Accounts that the server
#   knows by their account of the system, and locked ones, need none and are left out; the others are tried.
# references: ATT&CK T1078; CIS MySQL 7.2
# needs: root for the list of accounts
# facts: mysql
# fix: G
# cuts: The account is locked. Programs that log in with it fail.
# remedy: Give it a password (ALTER USER ... IDENTIFIED BY ...) or lock it (ALTER USER ... ACCOUNT LOCK).
# timeout: 30 s

# shellcheck source=/dev/null
. "${0%/*}/mysql.sh"

detect() {
  local accounts user host plugin has locked
  server_known || return
  if [ "$IS_ROOT" = 0 ] || ! may_sql; then
    if lets_in root; then
      fail mysql:root@localhost 'tried: the server lets root in without a password, from any account of this machine'
    else
      unknown 'the server does not show its accounts'
    fi
    return
  fi
  accounts=$(sql_accounts) || { accounts_unseen; return; }
  while IFS=$'\t' read -r user host plugin has locked; do
    [ "$has$locked" = 00 ] || continue
    needs_no_password "$plugin" && continue
    [ "$user" = - ] && user=''
    judge
  done <<<"$accounts"
  pass
}

judge() {
  if is_local "$host" || [ "$host" = % ]; then
    if lets_in "$user"; then
      fail "mysql:$user@$host" 'tried: the server lets it in without a password'
      return
    fi
    # It refused, whatever the table says: a limit to TLS, for one.
    [ "$REFUSED" = 1 ] && return
  fi
  fail "mysql:$user@$host" 'its password is empty; it was not tried, since it may come from elsewhere only'
}

# lets_in USER: as somebody who is not root on this machine, since the server may know root by that.
lets_in() {
  local said
  local -a who=()
  [ "$IS_ROOT" = 1 ] && who=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  said=$("${who[@]}" "$CLIENT" --no-defaults --socket="$SOCKET" --user="$1" --skip-password --batch --skip-column-names \
    --connect-timeout=3 --execute='SELECT 1' 2>&1)
  REFUSED=0
  case $said in *'Access denied'* | *'ERROR 1045'* | *'ERROR 1698'*) REFUSED=1 ;; esac
  [ "$said" = 1 ]
}

fix() { lock_account "$1"; }

undo() { put_back; }
