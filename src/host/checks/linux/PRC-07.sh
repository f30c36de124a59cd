# id: PRC-07
# title: A program passes itself off as a thread of the kernel
# severity: high
# rationale: Threads of the kernel stand in brackets in lists and nobody looks at them twice. They have no file and
#   the kernel marks them; a program with such a name that has neither is meant to be overlooked.
# references: ATT&CK T1036.004
# needs: nothing
# facts: processes
# fix: G
# cuts: The process stands still until it is let go on.
# remedy: Keep a copy of the program (cp /proc/PID/exe FILE) and of its connections (ss -tupn), then end the process.
# timeout: 10 s

NAMES='^(kthreadd|kworker|ksoftirqd|migration|rcu_|rcuo|rcub|watchdog|cpuhp|idle_inject|kdevtmpfs|khungtaskd|oom_reaper|writeback|kcompactd|ksmd|khugepaged|kintegrityd|kblockd|kswapd|kthrotld|irq/|acpi_thermal|scsi_eh|scsi_tmf|ipv6_addrconf|jbd2|ext4-rsv|xfs-|xfsaild|xfs_|btrfs-|lockd|nfsd|loop[0-9]|cryptd|kaluad|kmpath|bioset|kauditd|khubd|ata_sff|devfreq_wq|edac-poller|inet_frag_wq|kstrp|netns|slub_flushwq|mm_percpu_wq|pool_workqueue|psimon|hwrng|usb-storage|zswap|card[0-9]-crtc|md[0-9]*_raid|dm_bufio|events/|pdflush|aio/|flush-[0-9])'

detect() {
  need_facts processes || return
  local -A told=()
  each_process judge
  pass
}

# is_disguised: whether the process at hand is; sets `shown` to the name that it goes by, and `severity`.
is_disguised() {
  # One that has just ended has no file any more.
  [ "$kernel" = 0 ] && [ "$state" != Z ] && [ "$state" != X ] && [ -n "$exe" ] || return
  shown=$comm severity=high
  if [[ $cmdline =~ ^\[([^][]+)\]\ *$ ]]; then
    shown=${BASH_REMATCH[1]}
    # Programs that write a title of their own there mean no harm by the brackets.
    [[ $shown =~ $NAMES ]] || severity=low
  else
    [[ $comm =~ $NAMES ]]
  fi
}

judge() {
  local shown severity
  is_disguised && [ -z "${told[$exe$severity$stopped]-}" ] || return
  told[$exe$severity$stopped]=1
  fail_process -s "$severity" "process:$exe" "it shows itself as [$shown] and is no thread of the kernel (pid $pid, account $uid)"
}

# Of one program only those that are told as the worst: beside them it may run for somebody who means no harm.
fix() {
  local wanted=$1 worst=low
  each_process weigh
  each_process stop
}

is_wanted() { [ "process:$exe" = "$wanted" ] && is_disguised; }

weigh() {
  local shown severity
  if is_wanted && [ "$severity" = high ]; then worst=high; fi
}

stop() {
  local shown severity
  if is_wanted && [ "$severity" = "$worst" ]; then signal_process "$pid" "$start_s" STOP; fi
}

undo() { put_back; }
