# MaxMind's own databases of addresses for tests, sound and broken ones, and its reader, which says what is in them. Sourced.
#
#   maxminddb 1.5.4 from PyPI    as its authors packed it, since only that has the databases

readonly MAXMINDDB='1.5.4'
readonly MAXMINDDB_SHA256='f4d28823d9ca23323d113dc7af8db2087aa4f657fafc64ff8f7a8afda871425b'
readonly mmdb_folder="$services/mmdb"

fetch_mmdb() {
  local wheels
  if [ "$(cat "$mmdb_folder/installed" 2>/dev/null)" = "$MAXMINDDB" ]; then say "maxminddb $MAXMINDDB is there"; return; fi
  if ! /usr/bin/python3 -c 'import ensurepip' 2>/dev/null; then
    apt_install python3-venv || die 'could not install python3-venv'
  fi
  rm -rf "$mmdb_folder"
  mkdir -p "$mmdb_folder"
  # Debian's pip, out of what it makes environments with: one of its own would take longer than all the rest.
  wheels=$(printf '%s:' /usr/share/python-wheels/*.whl)
  say "fetching maxminddb $MAXMINDDB"
  (cd "$mmdb_folder" && retry env PYTHONPATH="$wheels" /usr/bin/python3 -m pip download --quiet --disable-pip-version-check \
    --no-deps --no-binary maxminddb --no-build-isolation "maxminddb==$MAXMINDDB") || die "could not fetch maxminddb $MAXMINDDB with pip"
  printf '%s  %s\n' "$MAXMINDDB_SHA256" "$mmdb_folder/maxminddb-$MAXMINDDB.tar.gz" | sha256sum --check --quiet ||
    die "maxminddb $MAXMINDDB is not what it was"
  tar -xzf "$mmdb_folder/maxminddb-$MAXMINDDB.tar.gz" -C "$mmdb_folder" --strip-components=1
  rm "$mmdb_folder/maxminddb-$MAXMINDDB.tar.gz"
  # Last, so that it tells of a whole one.
  printf '%s\n' "$MAXMINDDB" >"$mmdb_folder/installed"
}

fetch_mmdb
PYTHONPATH="$mmdb_folder" /usr/bin/python3 -c 'import maxminddb' || die "$mmdb_folder does not hold maxminddb"
say "maxminddb $MAXMINDDB    $mmdb_folder"
