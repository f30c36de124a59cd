# Caddy from Debian, in front of a server. Unpacked and not installed: an installed one would begin to serve the whole machine. Sourced.

readonly CADDY='2.6.2-5*'
readonly caddy_folder="$services/caddy"

install_caddy() {
  [ -x "$caddy_folder/root/usr/bin/caddy" ] || unpack_packages "$caddy_folder" "caddy=$CADDY"
  # What counts is what runs, not what an installer said.
  "$caddy_folder/root/usr/bin/caddy" version >/dev/null || die 'Caddy does not run here'
  say "Caddy $CADDY    $caddy_folder"
}

install_caddy
