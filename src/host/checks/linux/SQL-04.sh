# id: SQL-04
# title: An account of the database may do too much from anywhere, or the server reads and writes files for it
# severity: medium
# rationale: With FILE, SUPER or all privileges a stolen password becomes files of the server and code in it. local_infile
#   lets a server read files of its clients; an empty secure_file_priv lets SQL write anywhere the server may.
# references: CIS MySQL 4.6; CIS MySQL 5.2
# needs: root
# facts: mysql
# fix: M
# remedy: Grant what the program needs, on its own database, to its own host. Set local_infile=OFF and secure_file_priv to
#   a folder of its own in the settings of the server.
# timeout: 10 s

# shellcheck source=/dev/null
. "${0%/*}/mysql.sh"

detect() {
  local mighty user host file super value
  may_ask || return
  mighty=$(sql "SELECT IF(User='','-',User), Host, File_priv, Super_priv FROM mysql.user WHERE (File_priv='Y' OR Super_priv='Y') AND (Host LIKE '%\\%%' OR Host LIKE '%\\_%')") ||
    { accounts_unseen; return; }
  while IFS=$'\t' read -r user host file super; do
    [ -n "$user" ] || continue
    fail "mysql:$user@$host" "it may$([ "$file" = Y ] && printf ' read and write files (FILE)')$([ "$file$super" = YY ] && printf ' and')$([ "$super" = Y ] && printf ' do everything (SUPER)'), and comes from $host"
  done <<<"$mighty"
  value=$(sql 'SELECT @@local_infile')
  if [ "$value" = 1 ]; then fail -s low mysql:local_infile 'clients may be asked for files of theirs (local_infile=ON)'; fi
  value=$(sql "SELECT COALESCE(@@secure_file_priv,'NULL')")
  if [ -z "$value" ]; then fail -s low mysql:secure_file_priv 'SQL may read and write files anywhere (secure_file_priv is empty)'; fi
  pass
}
