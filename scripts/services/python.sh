# Packages from PyPI in virtual environments of their own, for the parts that need them. Sourced; expects $services.

# has_packages FOLDER PACKAGE==VERSION...: whether just these were installed there, as a whole.
has_packages() {
  local folder=$1
  shift
  [ "$(cat "$folder/installed" 2>/dev/null)" = "$*" ]
}

# fetch_packages FOLDER PACKAGE==VERSION...: makes the environment anew.
fetch_packages() {
  local folder=$1
  shift
  if ! /usr/bin/python3 -c 'import ensurepip' 2>/dev/null; then
    apt_install python3-venv || die 'could not install python3-venv'
  fi
  rm -rf "$folder"
  say "fetching $*"
  /usr/bin/python3 -m venv "$folder" || die 'could not make a virtual environment of Python'
  retry "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" || die "could not fetch $* with pip"
  # Last, so that it tells of a whole installation.
  printf '%s\n' "$*" >"$folder/installed"
}
