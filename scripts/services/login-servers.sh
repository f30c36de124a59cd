# Servers whose logins the network analyser reads off the wire: PostgreSQL, Dovecot for IMAP and POP3, pyftpdlib. Sourced.
#
# They are unpacked into .services/login-servers and not installed: installed ones would begin to serve this machine. Where Dovecot's
# programs look for each other is built into them; the tests lay it over /usr in a namespace of their own.

readonly POSTGRESQL=15
readonly DOVECOT='2.3.19.1'
readonly PYFTPDLIB='1.5.7'
readonly login_servers="$services/login-servers"
readonly postgresql_bin="$login_servers/root/usr/lib/postgresql/$POSTGRESQL/bin"

# What counts is what runs, not what an installer said.
login_server_versions() {
  local root="$login_servers/root" libraries
  libraries=$(dirname "$root"/usr/lib/*/libsodium.so.23)
  "$postgresql_bin/postgres" --version
  "$postgresql_bin/psql" --version
  LD_LIBRARY_PATH="$root/usr/lib/dovecot:$libraries" "$root/usr/sbin/dovecot" --version
  PYTHONPATH="$root/usr/lib/python3/dist-packages" /usr/bin/python3 -W ignore -c 'import pyftpdlib.servers; print(pyftpdlib.__ver__)'
}

login_servers_run() {
  local versions
  versions=$(login_server_versions 2>/dev/null) || return 1
  [[ "$versions" == "postgres (PostgreSQL) $POSTGRESQL".*"psql (PostgreSQL) $POSTGRESQL".*"$DOVECOT "*"$PYFTPDLIB" ]]
}

install_login_servers() {
  command -v curl >/dev/null 2>&1 || apt_install curl || die 'could not install curl'
  if login_servers_run; then say "PostgreSQL $POSTGRESQL, Dovecot $DOVECOT and pyftpdlib $PYFTPDLIB are there"; return; fi
  unpack_packages "$login_servers" "postgresql-$POSTGRESQL=$POSTGRESQL.*" "postgresql-client-$POSTGRESQL=$POSTGRESQL.*" \
    "dovecot-core=1:$DOVECOT*" "dovecot-imapd=1:$DOVECOT*" "dovecot-pop3d=1:$DOVECOT*" libsodium23 libunwind8 "python3-pyftpdlib=$PYFTPDLIB-*"
  # Libraries that most systems have, and that serve nobody.
  login_servers_run || apt_install libpq5 libicu72 libldap-2.5-0 libxml2 libgssapi-krb5-2 || die 'could not install the libraries of PostgreSQL'
  login_servers_run || die "expected PostgreSQL $POSTGRESQL, Dovecot $DOVECOT and pyftpdlib $PYFTPDLIB in $login_servers"
  say "PostgreSQL $POSTGRESQL, Dovecot $DOVECOT, pyftpdlib $PYFTPDLIB    $login_servers/root"
}

install_login_servers
