# id: PRC-03
# title: A program was started with a foreign library put before its own
# severity: medium
# rationale: LD_PRELOAD and LD_AUDIT put a library into a program that changes what the program sees and does, passwords
#   included. Memory allocators and a few tools are used like that; those that packages brought are left out.
# references: ATT&CK T1574.006
# needs: root for processes of other people
# facts: processes packages
# fix: M
# remedy: Look where the variable is set (tr '\0' '\n' </proc/PID/environ; the unit, /etc/environment, the rc file), and
#   start the program anew without it.
# timeout: 10 s

detect() {
  local file variable pid library
  need_facts processes packages/files || return
  local -A exe_of=() told=()
  local -a libraries
  each_process know
  while IFS= read -r -d '' file && IFS= read -r -d '' variable; do
    pid=${file%/environ} pid=${pid##*/}
    [ -n "${exe_of[$pid]-}" ] || continue
    # Either sign may stand between the names (ld.so(8)).
    IFS=' :' read -r -a libraries <<<"${variable#*=}"
    for library in "${libraries[@]}"; do judge; done
  done < <(grep -azHZE '^LD_(PRELOAD|AUDIT)=.' "$ROOT"/proc/[0-9]*/environ 2>/dev/null)
  [ "$IS_ROOT" = 1 ] || unknown 'processes of other people' 'their environment cannot be read without root'
  pass
}

know() { [ "$kernel" = 1 ] || exe_of[$pid]=${exe:-$comm}; }

# Known by name wherever they lie: allocators, and tools that developers start a program with.
judge() {
  local name=${library##*/} severity=medium
  case $name in
  '' | libjemalloc* | libtcmalloc* | libmimalloc* | libhugetlbfs* | libfakeroot* | libfakechroot* | libeatmydata* | libgamemode* | libsnoopy* | libfaketime* | gameoverlayrenderer* | libstdbuf* | libprotobuf* | libnss_wrapper* | libuid_wrapper* | libasan* | libtsan* | libubsan* | libSegFault* | libcpe* | libstderred*) return ;;
  esac
  case $library in
  /tmp/* | /var/tmp/* | /dev/* | */.*) severity=high ;;
  /*) owned "$library" && return ;;
  # Without a folder it comes from those of the system, as any other library.
  *) return ;;
  esac
  [ -n "${told[${exe_of[$pid]}$library]-}" ] && return
  # What an image brings is for whoever builds it.
  if [ "$severity" = medium ] && is_contained "$pid"; then severity=low; fi
  told[${exe_of[$pid]}$library]=1
  fail -s "$severity" "process:${exe_of[$pid]}:$library" "it was started with ${variable%%=*}=$library (pid $pid), which no package brought"
}
