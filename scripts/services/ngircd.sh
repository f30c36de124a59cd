# Debian's ngIRCd, the peer of the chat line's measurement, which starts it itself. Sourced.

readonly NGIRCD='26.1-1*'
readonly NGIRCD_PACKAGES=("ngircd=$NGIRCD" libident)
readonly ngircd_folder="$services/ngircd"

ngircd_version() { "$ngircd_folder/ngircd" --version 2>/dev/null | sed -n 's/^ngIRCd \([0-9.]*\)-.*/\1/p'; }

fetch_ngircd() {
  if [ "$(ngircd_version)" = 26.1 ]; then say 'ngIRCd 26.1 is there'; return; fi
  # What else it needs is in every Debian; where it is not, running it says so.
  unpack_packages "$ngircd_folder" "${NGIRCD_PACKAGES[@]}"
  write_starter "$ngircd_folder" usr/sbin/ngircd libident.so.0
}

# What counts is what runs, not what an installer said.
check_ngircd() {
  local found
  found=$(ngircd_version)
  [ "$found" = 26.1 ] || die "expected ngIRCd 26.1, found \"$found\""
  say "ngIRCd $found    $ngircd_folder/ngircd"
}

fetch_ngircd
check_ngircd
