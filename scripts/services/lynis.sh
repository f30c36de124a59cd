# Lynis from Debian: the peer of the host scan. Unpacked and not installed, since the package brings a timer. Sourced.

readonly LYNIS='3.0.8*'
readonly lynis_folder="$services/lynis"

install_lynis() {
  local home="$lynis_folder/root/usr/share/lynis"
  [ -e "$home/default.prf" ] && return
  unpack_packages "$lynis_folder" "lynis=$LYNIS"
  ln -s ../../../etc/lynis/plugins "$home/plugins"
  ln -s ../../../etc/lynis/default.prf "$home/default.prf"
}

# What counts is what runs, not what an installer said. It finds its parts beside the folder it is started in.
check_lynis() {
  local found
  found=$(cd "$lynis_folder/root/usr/share/lynis" && ../../sbin/lynis show version 2>/dev/null | tail -n 1)
  case "$found" in '3.0.8') ;; *) die "expected Lynis 3.0.8, found \"$found\"" ;; esac
  say "Lynis $found    $lynis_folder"
}

install_lynis
check_lynis
