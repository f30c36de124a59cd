#!/usr/bin/env bash
# $FACTS/mysql: what is known of a MySQL or MariaDB server on this machine, as `word value` lines; empty: there is none.
#
#   process PID EXE    it runs
#   socket PATH        where it listens on this machine
#   client PATH        the program to ask it with
#   server PATH        its program, whether it runs or not
#   option NAME VALUE  what its configuration says; VALUE may be missing

# is_of_server SOCKET: whether nobody but root and the account of the server can have put it there, since root connects to it.
is_of_server() {
  local at=$1 owner mode
  while [ -n "$at" ]; do
    read -r owner mode < <(stat -c '%U %A' -- "$ROOT$at" 2>/dev/null) || return
    case $owner in root | mysql | mariadb) ;; *) return 1 ;; esac
    # A folder that everybody may write, without the sticky bit.
    case $mode in d???????w[!tT]) return 1 ;; esac
    at=${at%/*}
  done
}

{
  for each in mariadb mysql; do
    has "$each" && { printf 'client %s\n' "$(command -v "$each")"; break; }
  done
  server=''
  for each in mariadbd mysqld; do
    has "$each" && { server=$(command -v "$each"); printf 'server %s\n' "$server"; break; }
  done
  for each in "$ROOT"/proc/[0-9]*; do
    { IFS= read -r comm <"$each/comm"; } 2>/dev/null || continue
    # Anybody may run a program of this name from a path with a line break, after which it would say where the client is.
    exe=$(readlink -- "$each/exe")
    case $comm in mysqld | mariadbd) printf 'process %s %s\n' "${each##*/}" "${exe//[[:cntrl:]]/?}" ;; esac
  done
  awk '$8 ~ /(mysqld?|mariadb)[^\/]*\.sock$/ && $4 == "00010000" { print "socket", $8 }' "$ROOT/proc/net/unix" 2>/dev/null |
    sort -u | while read -r word path; do
    is_of_server "$path" && printf '%s %s\n' "$word" "$path"
  done
  if [ -z "$ROOT" ] && has my_print_defaults; then
    my_print_defaults --mysqld 2>/dev/null | sed -n 's/^--\([A-Za-z0-9_-]*\)=\{0,1\}/option \1 /p'
  fi
} >"$FACTS/mysql.new"
# A client alone is no server.
grep -qE '^(server|process|socket) ' "$FACTS/mysql.new" || : >"$FACTS/mysql.new"
mv -- "$FACTS/mysql.new" "$FACTS/mysql"
