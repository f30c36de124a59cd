# MariaDB, which the checks of databases are held against. Sourced.
#
# Debian's core packages: the programs without the service, so that none begins to serve this machine. The tests start one.

readonly MARIADB='1:10.11.*'

install_mariadb() {
  if [ -x /usr/sbin/mariadbd ] && [ -x /usr/bin/mariadb ]; then say "$(/usr/sbin/mariadbd --version) is there"; return; fi
  apt_install "mariadb-server-core=$MARIADB" "mariadb-client-core=$MARIADB" || die 'could not install MariaDB'
}

install_mariadb
