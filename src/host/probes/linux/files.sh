#!/usr/bin/env bash
# Looks at the file system once for all checks. Writes into $FACTS/files lists of mode, uid, gid, size, mtime, ctime (whole
# seconds) and path, each field ended by NUL:
#
#   suid                   files that run as their owner or group
#   capabilities           files with capabilities, which stand in an eighth field; absent where getcap is
#   world-writable         files that anybody may write, folders that anybody may write without the sticky bit
#   tmp-suspects           programs, ELF files and hidden folders where anybody may put things
#   path-executables       programs in the folders that commands are looked for in
#   web                    scripts below the roots of web servers
#   credential-candidates  small files that may hold a secret, by name or place
#   credentials-too-large  files that hold secrets by their name, and are no small ones
#   keys                   small files that may be a private key, by name
#   homes                  home folders and their dot files
#
# Local file systems only, each once; what containers are made of is left out. Opens no file but to read the first bytes
# of regular files in folders that anybody may write, so that no FIFO or device holds it up.

out=$FACTS/files
mkdir -p -- "$out"
# Times are seconds; without this, each of them has the file of the time zone looked at anew.
export TZ=UTC0
record='%m\0%U\0%G\0%s\0%Ts\0%Cs\0%p\0'

# Places where a mount is worth looking at, and kinds of file systems that lie on this machine.
local_mounts() {
  local options point kind device source_root rest
  local -A seen=()
  while IFS=' ' read -r _ _ device source_root point _ rest; do
    kind=${rest#*- }
    kind=${kind%% *}
    options=$(printf '%b' "$point")
    case $options in
    /) ;;
    /proc | /proc/* | /sys | /sys/* | /snap/* | /var/lib/docker/* | /var/lib/containers/* | /run/containerd/*) continue ;;
    esac
    case $options:$kind in
    /:*) ;;
    *:ext[234] | *:xfs | *:btrfs | *:zfs | *:f2fs | *:jfs | *:reiserfs | *:bcachefs | *:overlay) ;;
    *:tmpfs | *:ramfs | *:devtmpfs | *:vfat | *:exfat | *:ntfs3) ;;
    *) continue ;;
    esac
    [ -n "${seen[$device:$source_root]-}" ] && continue
    seen[$device:$source_root]=1
    printf '%s\0' "$options"
  done <"$ROOT/proc/self/mountinfo"
}

starts=()
if [ -n "$ROOT" ]; then
  starts=("$ROOT")
else
  mapfile -d '' -t starts < <(local_mounts)
  # Where a program was put into a folder (chroot), nothing is mounted on its root.
  case " ${starts[*]-} " in *' / '*) ;; *) starts=(/ "${starts[@]}") ;; esac
fi

# Only those of the arguments that are folders and lie in none of the others, below the root, into `folders`.
folders=()
existing() {
  local each other
  folders=()
  for each; do
    { [ -d "$ROOT$each" ] && [ ! -L "$ROOT$each" ]; } || continue
    for other in "${folders[@]}"; do
      case $ROOT$each/ in "$other"/*) continue 2 ;; esac
    done
    folders+=("$ROOT$each")
  done
  [ ${#folders[@]} -gt 0 ]
}

homes=()
while IFS=: read -r _ _ _ _ _ home _; do
  case $home in
  '' | / | /bin | /dev | /dev/* | /proc | /proc/* | /sbin | /usr | /usr/* | /nonexistent) ;;
  *) homes+=("$home") ;;
  esac
done <"$ROOT/etc/passwd"
mapfile -d '' -t homes < <(printf '%s\0' "${homes[@]}" | sort -zu)

# What a name must be like. grep holds all paths against them beside the walk: `find` itself would take ten times as long for a test of
# each name.
secret_names='\.env[^/]*|[^/]*(\.env|credentials[^/]*|\.tfstate|\.tfvars|service[^/]*account[^/]*\.json)|\.netrc|\.pgpass'
secret_names=$secret_names'|\.my\.cnf|\.git-credentials|\.npmrc|\.pypirc|\.boto|\.s3cfg|rclone\.conf|wp-config\.php'
setting_names='[^/]*\.(ya?ml|json|conf|cfg|cnf|ini|properties|toml|tf|php|py|sh|rb|xml|txt|service)'
setting_names=$setting_names'|config|[^/]*rc|[^/]*profile|environment|[^/]*history'
key_names='id_[^/]*|[^/]*(\.pem|\.key|\.ppk|_rsa|_ed25519)|ssh_host_[^/]*_key'
script_names='[^/]*\.(php[^/]*|pht[^/]*|inc|jsp[^/]*|as[hmp][^/]*|cgi|p[ly]|sh)|\.htaccess|\.user\.ini'
# What came with the package manager of a language, a cache or a repository is no setting of this host.
not_settings='/(node_modules|\.git|site-packages|dist-packages|\.cache|\.npm|\.cargo|\.rustup)/|/etc/ssl/certs/'

# `below FOLDER...`: an expression for these folders.
below() { printf '%s\0' "$@" | sed -z 's/[][().*+?{}|^$\\]/\\&/g' | tr '\0' '|' | sed 's/|$//'; }

web_roots=(/var/www /srv/www /srv/http /usr/share/nginx/html /usr/local/apache2/htdocs)
while IFS= read -r each; do web_roots+=("$each"); done < <(
  grep -rhsE '^[[:space:]]*(DocumentRoot|root)[[:space:]]+"?/' "$ROOT"/etc/apache2 "$ROOT"/etc/httpd "$ROOT"/etc/nginx \
    "$ROOT"/etc/lighttpd | sed -E 's/^[[:space:]]*[A-Za-z]+[[:space:]]+"?([^";]+).*/\1/; s/[[:space:]/]+$//' | sort -u
)
root=$(below "$ROOT")
settings_below=$(below /etc /root /home /srv /opt /var/www /usr/local/etc /var/backups /var/spool/cron /tmp /var/tmp \
  /dev/shm "${homes[@]}")

# Each list by its names: how large a file may be, and where it lies.
web="^[0-4]$root($(below "${web_roots[@]}"))/(.*/)?($script_names)\$"
secrets="^[1-3]$root/(.*/)?($secret_names)\$"
settings="^[12]$root($settings_below)/(.*/)?($setting_names)\$"
secrets_too_large="^4$root/(.*/)?($secret_names)\$"
keys="^1$root/(.*/)?($key_names)\$"
in_usr="^.$root/usr/"

# All lists that go by what a file is, and on stdout all regular files for those that go by names: how large each is (1 to 4), and
# its path. What else is asked of each would take longer than the walk itself.
everywhere() {
  find "${starts[@]}" -xdev \
    -type d \( -path "$FACTS" -o -path "$ROOT/var/lib/docker/overlay2" -o -path "$ROOT/var/lib/containerd" \
    -o -path "$ROOT/var/lib/containers/storage/overlay" -o -path "$ROOT/.snapshots" -o -path "$ROOT/proc" \
    -o -path "$ROOT/sys" \) -prune -o \
    -type f \( \
    -perm /6000 -fprintf "$out/suid" "$record" , \
    -perm -0002 -fprintf "$out/world-writable" "$record" , \
    -perm /0111 -fprintf "$out/.programs" '%p\0' , \
    \( -size -128 -printf '1%p\0' -o -size -512 -printf '2%p\0' -o -size -2048 -printf '3%p\0' -o -printf '4%p\0' \) \) -o \
    -type d -perm -0002 ! -perm -1000 -fprintf "$out/world-writable.folders" "$record"
}

# by_name: of those on stdin the few whose names say something, in lines: a line break in a name stands as NUL meanwhile.
by_name() { tr '\n\0' '\0\n' | grep -aE -e "$web" -e "$secrets" -e "$secrets_too_large" -e "$settings" -e "$keys" >"$out/.named"; }

# records: of paths, each ended by NUL, those of the files that are still there.
# shellcheck disable=SC2016 # of the shell that is started
records() { xargs -0 -r bash -c 'record=$1; shift; find "$@" -maxdepth 0 -type f -printf "$record"' bash "$record" 2>/dev/null; }

# as_records: the same of the lines of by_name.
as_records() { cut -b 2- | tr '\n\0' '\0\n' | records; }

named_lists() {
  local named=$out/.named
  grep -aE -e "$web" -- "$named" | as_records >"$out/web"
  # What lies in /usr came with packages, but for settings of what was installed by hand.
  {
    grep -avE -e "$in_usr" -- "$named"
    grep -aE -e "${in_usr}local/etc/" -- "$named"
  } >"$named.own"
  grep -aE -e "$keys" -- "$named.own" | as_records >"$out/keys"
  grep -aE -e "$secrets_too_large" -- "$named.own" | as_records >"$out/credentials-too-large"
  {
    grep -aE -e "$secrets" -- "$named.own"
    grep -avE -e "$secrets" -- "$named.own" | grep -aE -e "$settings" | grep -avE -e "$not_settings"
  } | as_records >"$out/credential-candidates"
  rm -f -- "$named" "$named.own"
}

where_anybody_writes() {
  existing /tmp /var/tmp /dev/shm /dev || return 0
  find "${folders[@]}" -xdev -path "$FACTS" -prune -o \
    \( -type f \( -perm /0111 -printf "$record" -o -size +0 -fprintf "$out/.unread" '%p\0' \) -o \
    -mindepth 1 -type d -name '.*' -printf "$record" \)
  # ELF by its first bytes, whatever its mode: it may be made executable when it is wanted.
  programs_among <"$out/.unread" | records
}

in_path() {
  existing /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin || return 0
  find "${folders[@]}" -xdev -maxdepth 1 -type f -perm /0111 -printf "$record"
}

home_folders() {
  existing "${homes[@]}" || return 0
  find "${folders[@]}" -maxdepth 0 -printf "$record"
  find "${folders[@]}" -mindepth 1 -maxdepth 1 -name '.*' -printf "$record"
}

# `list NAME COMMAND`: its output becomes the list, once it is whole.
list() {
  local name=$1
  shift
  "$@" >"$out/$name.new"
  mv -- "$out/$name.new" "$out/$name"
}

capabilities() {
  has getcap || return 0
  local line path
  # It prints a name as it is: one that holds a line break is no file that exists, and is left out.
  xargs -0 -r -n 5000 getcap <"$out/.programs" 2>/dev/null | while IFS= read -r line; do
    path=${line% *}
    path=${path% =}
    [ -f "$path" ] && find "$path" -maxdepth 0 -printf "$record" && printf '%s\0' "${line##* }"
  done >"$out/capabilities"
}

: >"$out/.unread"
list path-executables in_path &
list homes home_folders &
list tmp-suspects where_anybody_writes &
everywhere | by_name
capabilities &
named_lists
wait
cat -- "$out/world-writable.folders" >>"$out/world-writable"
rm -f -- "$out/world-writable.folders" "$out/.programs" "$out/.unread"
