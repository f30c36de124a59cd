# id: FIL-04
# title: Programs can be started, or run as others, from folders for passing files
# severity: low
# rationale: What breaks in puts its program into /tmp or /dev/shm, since everybody can write there. Mounted with nosuid,
#   nodev and noexec they hold files and start none. Some installers unpack into /tmp and need exec there.
# references: CIS Debian 12 1.1.2.1.2-1.1.2.1.4; CIS Debian 12 1.1.2.2.2-1.1.2.2.4
# needs: nothing
# fix: G
# cuts: programs that start from there, such as installers
# remedy: In /etc/fstab, mount /dev/shm and /tmp (tmpfs) with nosuid,nodev,noexec, then run mount -o remount on the folder.
# timeout: 10 s

FOLDERS=(/tmp /dev/shm)
readonly WANTED=nosuid,nodev,noexec

detect() {
  local folder options missing each
  if [ -n "$CONTAINER" ]; then
    not_applicable 'in a container, whoever starts it decides what is mounted'
    return
  fi
  for folder in "${FOLDERS[@]}"; do
    if ! options=$(options_of "$folder"); then
      [ "$folder" = /dev/shm ] || fail "$folder" 'it is no file system of its own, so nothing keeps programs from being started there'
      continue
    fi
    missing=''
    for each in nosuid nodev noexec; do
      case ,$options, in *,"$each",*) ;; *) missing="$missing $each" ;; esac
    done
    if [ -n "$missing" ]; then fail "$folder" "it is mounted without$missing"; else pass "$folder" "it is mounted with $options"; fi
  done
}

# The last mount on a folder is the one that shows.
options_of() {
  local point options last=''
  while read -r _ point _ options _; do
    [ "$point" = "$1" ] && last=$options
  done <"$ROOT/proc/self/mounts"
  [ -n "$last" ] && printf '%s\n' "$last"
}

# Now, and after the next start by whatever mounts it then.
fix() {
  local table=$ROOT/etc/fstab unit=''
  local -a units=("$ROOT/etc/systemd/system/tmp.mount" "$ROOT/usr/lib/systemd/system/tmp.mount" "$ROOT/lib/systemd/system/tmp.mount")
  if ! options_of "$1" >/dev/null; then
    by_hand 'it is no file system of its own: systemctl enable --now tmp.mount makes it one, and hides what lies there now'
    return
  fi
  for unit in "${units[@]}"; do [ ! -e "$unit" ] || break; done
  if awk -v point="$1" '$1 !~ /^#/ && $2 == point { found = 1 } END { exit !found }' "$table" 2>/dev/null; then
    awk -v point="$1" -v wanted="$WANTED" '
      $1 !~ /^#/ && $2 == point {
        count = split(wanted, each, ",")
        options = $4
        # What says the opposite goes, and the one word that stands for all defaults may stay.
        while (gsub(/(^|,)(suid|dev|exec)(,|$)/, ",", options)) { }
        gsub(/,,+/, ",", options); gsub(/^,|,$/, "", options)
        for (at = 1; at <= count; at++) if ("," options "," !~ "," each[at] ",") options = options (options == "" ? "" : ",") each[at]
        $4 = options
      }
      { print }
    ' "$table" | set_file "$table"
    validate findmnt --verify --tab-file "$table"
  elif [ "$1" = /tmp ] && [ -e "$unit" ]; then
    sed -nE 's/^Options=(.+)$/[Mount]\nOptions=\1,'"$WANTED"'/p' "$unit" | set_file "$ROOT/etc/systemd/system/tmp.mount.d/99-holdfast.conf"
    [ "$INIT" != systemd ] || reload systemctl daemon-reload
  elif [ "$1" = /dev/shm ]; then
    # The last line may lack its end.
    { awk 1 "$table" 2>/dev/null; printf 'tmpfs /dev/shm tmpfs rw,%s 0 0\n' "$WANTED"; } | set_file "$table"
    validate findmnt --verify --tab-file "$table"
  else
    by_hand 'neither /etc/fstab nor tmp.mount mounts it, so that only a person can say what will'
    return
  fi
  set_mount "$1" "$WANTED"
}

undo() { put_back; }
