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

# write_starter FOLDER PROGRAM LIBRARY [WORD...]: FOLDER/<name of PROGRAM> starts FOLDER/root/PROGRAM with the libraries that lie
# beside LIBRARY (its name), and with WORDs before those it is given; LIBRARIES in them is the folder of the libraries.
write_starter() {
  local folder=$1 program=$2 libraries starter
  libraries=$(dirname "$folder"/root/usr/lib/*/"$3")
  starter="$folder/$(basename "$program")"
  shift 3
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s%s "$@"\n' \
    "$libraries" "$folder/root/$program" "${*:+ $*}" | sed "s|LIBRARIES|$libraries|g" >"$starter"
  chmod 755 "$starter"
}
