# Debian packages that are unpacked and not installed: an installed server would begin to serve the whole machine. Sourced.

# unpack_packages FOLDER PACKAGE...: what is in them lies in FOLDER/root afterwards, and nothing else in FOLDER.
unpack_packages() {
  local folder=$1 archive
  shift
  command -v apt-get >/dev/null 2>&1 || die 'apt-get is missing: this script sets up Debian and Ubuntu machines'
  rm -rf "$folder"
  mkdir -p "$folder/archives"
  retry as_root apt-get -qq -o DPkg::Lock::Timeout=300 update
  (cd "$folder/archives" && retry apt-get -qq download "$@" 2>/dev/null) || die "could not fetch $* with apt-get"
  for archive in "$folder"/archives/*.deb; do dpkg -x "$archive" "$folder/root"; done
  rm -r "$folder/archives"
}
