# id: SQL-05
# title: The database asks nobody who they are, or listens to everybody without TLS
# severity: high
# rationale: With skip-grant-tables everybody who reaches the server is its root. Without TLS, passwords and data cross the
#   network as they are.
# references: CIS MySQL 4.8; CIS MySQL 8.1
# needs: root
# facts: mysql processes
# fix: G
# cuts: whoever uses the database from another host; it is restarted
# remedy: Take skip-grant-tables out of the settings and restart the server. Set bind-address=127.0.0.1, or ssl-cert, ssl-key
#   and require_secure_transport=ON.
# timeout: 10 s

# shellcheck source=/dev/null
. "${0%/*}/mysql.sh"

detect() {
  local address networking tls
  may_ask || return
  # Without tables of grants there is nobody to be, and the server says so of whoever asks.
  case $(sql 'SELECT CURRENT_USER()') in
  skip-grants* | @ | '') fail mysql:skip-grant-tables 'everybody who reaches the server is its root (skip-grant-tables)' ;;
  esac
  networking=$(sql 'SELECT @@skip_networking')
  address=$(sql "SELECT COALESCE(@@bind_address,'*')")
  tls=$(sql "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_VARIABLES WHERE VARIABLE_NAME='HAVE_SSL'" || sql "SELECT IF(@@ssl_cert='','NO','YES')")
  case $networking:$address in
  0:'*' | 0:0.0.0.0 | 0::: | 0:)
    case $tls in
    YES) pass mysql:bind_address "it listens to every address, and has TLS" ;;
    *) fail mysql:bind_address "it listens to every address (${address:-*}), and has no TLS" ;;
    esac
    ;;
  esac
  pass
}

# A file of our own that is read after the others, which stay as they are; what a command line says against it is found by the look
# after the restart, and then all goes back.
fix() {
  local folder service setting server
  case $1 in
  mysql:skip-grant-tables) setting='skip-grant-tables = 0' ;;
  mysql:bind_address) setting='bind-address = 127.0.0.1' ;;
  *) return ;;
  esac
  folder=$(settings_folder)
  service=$(service_of)
  server=$(sed -n 's/^server //p' "$FACTS/mysql" | head -n 1)
  if [ -z "$folder" ] || [ "$INIT" != systemd ] || [ -z "$service" ]; then
    by_hand 'there is no folder for settings that is read last, or no one unit to restart'
    return
  fi
  printf '[mysqld]\n%s\n' "$setting" | set_file "$folder/zz-holdfast-${setting%% *}.cnf"
  # It reads all settings and ends: what it does not understand keeps the server from being restarted at all.
  [ -z "$server" ] || validate "$server" --verbose --help
  reload systemctl restart "$service"
}

# service_of: the unit whose process the server is, of those of the system alone: anybody may call a program so. Where there are several
# servers it does not say which one was asked.
service_of() {
  local pid units
  units=$(
    sed -n 's/^process \([0-9]*\) .*/\1/p' "$FACTS/mysql" | while read -r pid; do
      sed -nE 's|^(0:\|[0-9]+:name=systemd):/system\.slice/(system-[^/]+\.slice/)?([^/]+)\.service$|\3|p' "$ROOT/proc/$pid/cgroup"
    done 2>/dev/null | sort -u
  )
  case $units in *$'\n'*) ;; *) printf '%s\n' "$units" ;; esac
}

undo() { put_back; }
