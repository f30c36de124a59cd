# id: PRC-08
# title: The account of a web server or a database runs a shell
# severity: high
# rationale: Web servers and databases start no shells of their own accord. One that does runs what a request told it, by a
#   flaw or a web shell.
# references: ATT&CK T1505.003; ATT&CK T1059.004
# needs: nothing
# facts: processes packages
# fix: M
# remedy: Look at its parent and at the access log of that moment. Stop the server until you know which request did it.
# timeout: 10 s

detect() {
  local name uid
  need_facts processes || return
  local -A server=() exe_of=() told=()
  while IFS=: read -r name _ uid _; do
    case $name in
    www-data | apache | apache2 | nginx | httpd | http | www | wwwrun | lighttpd | caddy | tomcat* | jetty | php-fpm | mysql | mariadb | postgres | redis | valkey | mongodb | mongod | memcache | memcached | elasticsearch | opensearch | couchdb | cassandra | clickhouse | rabbitmq | named | bind) server[$uid]=$name ;;
    esac
  done < <(accounts)
  if [ ${#server[@]} -eq 0 ]; then
    not_applicable 'there is no account of a web server or a database'
    return
  fi
  each_process know
  each_process judge
  pass
}

know() { exe_of[$pid]=${exe:-$comm}; }

judge() {
  local name=${server[$euid]-} parent=${exe_of[$ppid]-} script
  [ -n "$name" ] && [ "$kernel" = 0 ] && [ "$state" != Z ] || return
  case ${exe##*/} in sh | bash | dash | ash | zsh | ksh | csh | tcsh | fish) ;; *) return ;; esac
  case ${parent##*/} in
  # An admin who became that account, and jobs that cron starts under it.
  su | sudo | runuser | doas | cron | crond | anacron | atd | login) return ;;
  esac
  # Started by its unit itself, as mysqld_safe is: what it runs is a script of a package.
  script=${cmdline#* }
  script=${script%% *}
  case $script in /*) have_fact packages/files && owned "$script" && return ;; esac
  [ -n "${told[$name$parent]-}" ] && return
  told[$name$parent]=1
  fail "account:$name:$exe" "$name runs ${exe##*/}, started by ${parent:-a process that is gone} (pid $pid)"
}
