# How the checks of MySQL and MariaDB ask a server on this machine. Sourced by them. Statements are ours alone and hold
# nothing that was read elsewhere.

# server_known: sets CLIENT and SOCKET; says why not where there is none to be asked.
server_known() {
  local word value real runs='' foreign=''
  CLIENT='' SOCKET=''
  need_facts mysql || return
  while read -r word value; do
    case $word in
      client) CLIENT=${CLIENT:-$value} ;;
      socket)
        if ! real=$(realpath -e -- "$value") || ! is_trusted "$real"; then foreign=$value; else SOCKET=${SOCKET:-$real}; fi
        ;;
      process) runs=1 ;;
    esac
  done <"$FACTS/mysql"
  if ! [ -s "$FACTS/mysql" ]; then
    not_applicable 'there is no MySQL or MariaDB server'
  elif [ -z "$SOCKET" ] && [ -n "$foreign" ]; then
    unknown "its socket may be that of anybody, so that root does not talk to it: $foreign"
  elif [ -z "$SOCKET$runs" ]; then
    not_applicable 'a MySQL or MariaDB server is installed and does not run'
  elif [ -z "$SOCKET" ]; then
    unknown 'the server has no socket on this machine'
  elif [ -z "$CLIENT" ]; then
    unknown 'there is no client (mariadb or mysql) to ask the server with'
  else
    return 0
  fi
  return 1
}

# is_trusted SOCKET: whose path has no links. That root, the account of the server or whoever scans made it, where nobody else can put another in its
# place. Anybody can listen by such a name, and would be sent root's password, or ask the client for files.
is_trusted() {
  local at=$1 mode uid server
  server=$(accounts | awk -F: '$1 == "mysql" { print $3; exit }')
  while :; do
    read -r mode uid < <(stat -c '%a %u' -- "${at:-/}" 2>/dev/null) || return
    [ "$uid" = 0 ] || [ "$uid" = "${server:-0}" ] || [ "$uid" = "$EUID" ] || return
    # Who may write a socket may talk to it, and no more.
    [ "$at" = "$1" ] || ! ((8#$mode & 8#22)) || ((8#$mode & 8#1000)) || return
    [ -n "$at" ] || return 0
    at=${at%/*}
  done
}

# sql STATEMENT: as the settings of root's own client say, or as the root of the server by its socket. Fields are apart by tabs.
# Which of them the server takes is found out once: it writes each refusal into its log.
sql() {
  local file
  if [ -n "${SQL_AS-}" ]; then
    sql_as "$SQL_AS" "$1"
    return
  fi
  for file in "$ROOT/root/.my.cnf" "$ROOT/etc/mysql/debian.cnf" ''; do
    [ -z "$file" ] || [ -r "$file" ] || continue
    SQL_AS=${file:---no-defaults}
    [ "$(sql_as "$SQL_AS" 'SELECT 1')" = 1 ] || continue
    sql_as "$SQL_AS" "$1"
    return
  done
  SQL_AS=none
  return 1
}

# sql_as FILE STATEMENT: FILE may be --no-defaults, or none where nobody is let in.
sql_as() {
  local -a who=("--defaults-file=$1")
  case $1 in
    none) return 1 ;;
    --no-defaults) who=(--no-defaults --user=root) ;;
  esac
  # A server that is not what it seems could ask the client for files of root.
  "$CLIENT" "${who[@]}" --local-infile=0 --socket="$SOCKET" --batch --skip-column-names --connect-timeout=3 --execute="$2" 2>/dev/null
}

# may_sql: in this shell and not in one of a substitution, so that what was found out stays.
may_sql() {
  sql 'SELECT 1' >/dev/null
}

# may_ask: whether the server lets us look; says that it could not be looked at where it does not.
may_ask() {
  server_known || return
  may_sql && return
  unknown "the server lets us in neither as root by its socket nor by the settings of root's own client"
  return 1
}

# is_silent: whether the server says of itself that it writes no refused logins down.
is_silent() {
  local value
  value=$(sql 'SELECT @@GLOBAL.log_warnings < 2') && [ -n "$value" ] || value=$(sql 'SELECT @@GLOBAL.log_error_verbosity < 3')
  [ "$value" = 1 ]
}

# settings_folder: one whose files the server reads after its others; status 1 where there is none.
settings_folder() {
  local folder
  for folder in /etc/mysql/mariadb.conf.d /etc/mysql/mysql.conf.d /etc/my.cnf.d; do
    [ -d "$ROOT$folder" ] || continue
    printf '%s\n' "$ROOT$folder"
    return
  done
  return 1
}

# find_log: sets LOG, the file that the server writes its log into; '' is the journal. Says why not where there is none to be read.
find_log() {
  local file folder
  LOG=$(sql 'SELECT @@log_error')
  case $LOG in
  stderr) LOG='' ;;
  ./*) folder=$(sql 'SELECT @@datadir') && LOG=${folder%/}/${LOG#./} ;;
  esac
  if [ -z "$LOG" ]; then
    for file in /var/log/mysql/error.log /var/log/mariadb/mariadb.log /var/log/mysqld.log /var/log/mysql/mysqld.log; do
      if [ -s "$ROOT$file" ]; then LOG=$ROOT$file && break; fi
    done
  fi
  if [ -n "$LOG" ] && ! [ -r "$LOG" ]; then
    unknown "its log cannot be read: $LOG"
    return 1
  elif [ -z "$LOG" ] && ! has journalctl; then
    unknown 'the server has no log that could be found'
    return 1
  fi
}

# accounts_unseen: whoever is let in may be one who is shown nobody else.
accounts_unseen() {
  unknown 'the server lets us in, and does not show its accounts to whom it took us for'
}

# sql_accounts: `user host plugin has-password locked`, by tabs; - is an empty name. A method beside the first one
# (auth_or of MariaDB) without a password counts as none. Fails where they are not shown.
sql_accounts() {
  sql "SELECT IF(User='','-',User), Host, COALESCE(NULLIF(JSON_VALUE(Priv,'\$.plugin'),''),'mysql_native_password'),
      IF(COALESCE(JSON_VALUE(Priv,'\$.authentication_string'),'')='',0,1),
      IF(COALESCE(JSON_VALUE(Priv,'\$.account_locked'),'0') IN ('1','true'),1,0)
    FROM mysql.global_priv WHERE COALESCE(JSON_VALUE(Priv,'\$.is_role'),'0') NOT IN ('1','true')" && return
  sql "SELECT IF(User='','-',User), Host, plugin, IF(authentication_string='',0,1), IF(account_locked='Y',1,0) FROM mysql.user"
}

# Whom the server knows by the account of the system, or by somebody else, and not by a password.
needs_no_password() { case $1 in unix_socket | auth_socket | socket | pam | auth_pam | gssapi | authentication_ldap* | authentication_windows | named_pipe | mysql_no_login) ;; *) return 1 ;; esac }

is_local() { case $1 in localhost | 127.* | ::1) ;; *) return 1 ;; esac }

# quoted NAME: as a string of SQL.
quoted() {
  local name=${1//\\/\\\\}
  printf "'%s'" "${name//\'/\'\'}"
}

# change_sql STATEMENT UNDO LOOK: LOOK selects what they change. By the way in that the check was let in by.
change_sql() { run_sql "$CLIENT" "$SOCKET" "$SQL_AS" "$@"; }

# lock_account RESOURCE: `mysql:USER@HOST`.
lock_account() {
  local name=${1#mysql:} user host look
  [ "$name" != "$1" ] && may_ask || return
  user=$(quoted "${name%@*}") host=$(quoted "${name##*@}")
  # Of MariaDB, else of MySQL.
  look="SELECT COALESCE(JSON_VALUE(Priv,'\$.account_locked'),'0') IN ('1','true') FROM mysql.global_priv WHERE User=$user AND Host=$host"
  sql "$look" >/dev/null || look="SELECT account_locked FROM mysql.user WHERE User=$user AND Host=$host"
  change_sql "ALTER USER $user@$host ACCOUNT LOCK" "ALTER USER $user@$host ACCOUNT UNLOCK" "$look"
}
