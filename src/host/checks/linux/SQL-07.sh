# id: SQL-07
# title: The database does not write down refused logins
# severity: medium
# rationale: Who tries passwords is seen by nothing else. MariaDB writes refused logins from log_warnings=2 on, MySQL from
#   log_error_verbosity=3 on.
# references: CIS MySQL 6.1; CIS MySQL 6.2
# needs: root
# facts: mysql
# fix: A
# remedy: Run SET GLOBAL log_warnings=2 (MariaDB) or SET GLOBAL log_error_verbosity=3 (MySQL), and write the same into the
#   settings of the server, where it holds after the next start.
# timeout: 10 s

# shellcheck source=/dev/null
. "${0%/*}/mysql.sh"

detect() {
  local value
  may_ask || return
  if value=$(sql 'SELECT @@GLOBAL.log_warnings') && [ -n "$value" ]; then
    if [ "$value" -lt 2 ]; then fail mysql:log_warnings "log_warnings is $value"; else pass mysql:log_warnings "log_warnings is $value"; fi
  elif value=$(sql 'SELECT @@GLOBAL.log_error_verbosity') && [ -n "$value" ]; then
    if [ "$value" -lt 3 ]; then fail mysql:log_error_verbosity "log_error_verbosity is $value"; else pass mysql:log_error_verbosity "log_error_verbosity is $value"; fi
  else
    unknown 'the server does not say what it writes down'
  fi
}

# Now, and in a file of our own for the next start.
fix() {
  local name=${1#mysql:} right value folder
  case $name in
  log_warnings) right=2 ;;
  log_error_verbosity) right=3 ;;
  *) return ;;
  esac
  server_known && may_sql && value=$(sql "SELECT @@GLOBAL.$name") || return
  if ! folder=$(settings_folder); then
    by_hand "there is no folder for settings that is read last: write $name = $right below [mysqld] into the settings of the server, and run SET GLOBAL $name=$right"
    return
  fi
  # Another server that reads this file later may not know the name, and must start all the same.
  printf '[mysqld]\nloose_%s = %s\n' "$name" "$right" | set_file "$folder/zz-holdfast-$name.cnf"
  change_sql "SET GLOBAL $name=$right" "SET GLOBAL $name=$value" "SELECT @@GLOBAL.$name"
}

undo() { put_back; }
