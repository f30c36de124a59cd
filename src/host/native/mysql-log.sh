# Where a MySQL or MariaDB server of this machine writes its log, and the port that it listens on: `pass LOG PORT`. It is no check: the
# network analyser reads there whose logins were refused.

# shellcheck source=/dev/null
. "${0%/*}/mysql.sh"

detect() {
  local port
  server_known || return
  may_sql
  find_log || return
  if [ -z "$LOG" ]; then
    not_applicable 'it writes its log into the journal'
    return
  fi
  port=$(sql 'SELECT @@port')
  pass "$LOG" "${port:-3306}"
}
