# id: PRC-01
# title: A program runs whose file was deleted, or that never had one
# severity: high
# rationale: An intruder starts a program and deletes it, or loads it from memory, so that nothing is left on the disk to
#   be found. A program that was replaced by an update looks alike, so those are left out.
# references: ATT&CK T1070.004; ATT&CK T1620
# needs: root for processes of other people
# facts: processes packages
# fix: G
# cuts: The process stands still until it is let go on. Whoever waits for it waits.
# remedy: Keep a copy of the program (cp /proc/PID/exe FILE) and of its connections (ss -tupn), then end the process.
# timeout: 10 s

detect() {
  need_facts processes packages/files || return
  local -A told=()
  each_process judge
  pass
}

judge() {
  local path=$exe name=process:${exe#"$ROOT"}
  [ "$deleted" = 1 ] && [ -z "${told[$exe$stopped]-}" ] || return
  told[$exe$stopped]=1
  case $exe in
  # How runc guards its own program (CVE-2019-5736).
  /memfd:runc_cloned:*) ;;
  /memfd:*) fail_process "$name" "it was loaded from memory and has no file (pid $pid, account $uid)" ;;
  *)
    # What dpkg and rpm call the old file for a moment before they let it go.
    path=${path%.dpkg-tmp}
    path=${path%.dpkg-new}
    [[ $path =~ ^(.+)\;[0-9a-f]{8}$ ]] && path=${BASH_REMATCH[1]}
    if owned "$path"; then
      # It was updated, and runs on until it is started anew.
      return
    elif [ -f "$ROOT/proc/$pid/root$path" ] && is_settled "${path#"$ROOT"}"; then
      fail_process -s low "$name" "its file was replaced since it was started (pid $pid, account $uid)"
    else
      fail_process "$name" "its file was deleted (pid $pid, account $uid)"
    fi
    ;;
  esac
}

# Where programs stay, so that replacing one is an update that no package manager knows of.
is_settled() {
  case $1 in
  /tmp/* | /var/tmp/* | /dev/* | /run/* | */.*) return 1 ;;
  *) return 0 ;;
  esac
}

fix() {
  local wanted=$1
  each_process stop
}

stop() { [ "process:${exe#"$ROOT"}" != "$wanted" ] || [ "$deleted" = 0 ] || signal_process "$pid" "$start_s" STOP; }

undo() { put_back; }
