# id: FIL-03
# title: Everybody can change a file, or what others put into a folder
# severity: medium
# rationale: A file that everybody can write to is what the least of the accounts says it is. In a folder without the sticky
#   bit everybody can also remove and replace the files of others.
# references: CIS Debian 12 7.1.11; ATT&CK T1222
# needs: root for folders of other people
# facts: files
# fix: A
# remedy: Run chmod o-w on the file, or chmod +t on the folder.
# timeout: 60 s

# Each as a finding of its own up to here; a folder full of them would bury all else.
MOST_TOLD=100
# File systems of the kernel, and layers of images, which only root can enter; folders of systemd that are closed above.
NOT_TOLD='/(proc|sys|dev|run/user|snap|var/lib/(docker|containers|containerd|lxc|lxd|machines)|(var/)?tmp/systemd-private-[^/]*)/'

detect() {
  local told=0 all
  need_facts files/world-writable || return
  all=$(sed -zn '0~7p' "$FACTS/files/world-writable" | grep -zcvE "^$ROOT$NOT_TOLD")
  each_file world-writable judge
  if [ "$all" -gt $MOST_TOLD ]; then
    fail world-writable:more "$((all - MOST_TOLD)) more files and folders can be changed by everybody"
  fi
  pass
}

judge() {
  local severity=medium
  [[ $shown =~ ^$NOT_TOLD ]] && return
  [ "$told" -lt $MOST_TOLD ] || return 99
  told=$((told + 1))
  # What runs as root or says what does.
  case $shown in /etc/* | /usr/* | /bin/* | /sbin/* | /lib/* | /lib64/* | /boot/* | /root/*) severity=high ;; esac
  if [ -d "$path" ]; then
    fail -s "$severity" "$shown" "everybody can remove and replace files in this folder (mode $mode)"
  else
    fail -s "$severity" "$shown" "everybody can write to this file (mode $mode, account $uid)"
  fi
}

fix() {
  local mode
  mode=$(stat -c %a -- "$ROOT$1") || return
  if [ -d "$ROOT$1" ]; then
    set_mode "$ROOT$1" "$(printf '%04o' $((8#$mode | 8#1000)))"
  else
    set_mode "$ROOT$1" "$(printf '%04o' $((8#$mode & ~8#002)))"
  fi
}

undo() { put_back; }
