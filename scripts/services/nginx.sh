# nginx from Debian, in front of a server. Unpacked and not installed: an installed one would begin to serve the whole machine. Sourced.

readonly NGINX='1.22.1-9+deb12u*'
readonly nginx_folder="$services/nginx"

install_nginx() {
  [ -x "$nginx_folder/root/usr/sbin/nginx" ] || unpack_packages "$nginx_folder" "nginx=$NGINX"
  # What counts is what runs, not what an installer said.
  "$nginx_folder/root/usr/sbin/nginx" -v 2>&1 | grep '^nginx version: nginx/1\.22\.1' >/dev/null || die 'nginx 1.22.1 does not run here'
  say "nginx 1.22.1    $nginx_folder"
}

install_nginx
