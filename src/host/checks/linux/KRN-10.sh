# id: KRN-10
# title: The kernel runs code that nobody signed and no package brought
# severity: high
# rationale: A module of the kernel may hide files, processes and connections from everything else on the host, this scan
#   included. A good one was brought by a package, or built by dkms from sources that a package brought.
# references: ATT&CK T1014; ATT&CK T1547.006
# applies: linux
# needs: root for the names of hidden modules
# facts: packages
# fix: M
# remedy: Find out where the module came from (modinfo NAME, dpkg -S or rpm -qf its file). If nobody can say, treat the
#   host as taken over: keep a copy of its disk, and build it anew.
# timeout: 10 s

# Bits of /proc/sys/kernel/tainted (tainted-kernels.rst).
readonly OUT_OF_TREE=4096 UNSIGNED=8192

# modules_known: which could be explained and which were seen with a flag are counted here.
flagged=0

detect() {
  [ -z "$CONTAINER" ] || { not_applicable 'a container has the kernel of its host'; return; }
  local taint name flags
  taint=$(sysctl_now kernel.tainted) || { unknown 'the kernel does not show kernel.tainted'; return; }
  if [ -r "$ROOT/proc/modules" ]; then
    # Its last column, which is there only for modules with flags, is like (POE).
    while read -r name _ _ _ _ _ flags; do
      [[ $flags == *[OE]* ]] && judge "$name" "${flags//[()]/}"
    done <"$ROOT/proc/modules"
    hidden
  fi
  if ((taint & (OUT_OF_TREE | UNSIGNED))) && [ "$flagged" = 0 ]; then
    fail -s medium kernel:taint "a module that was unsigned or out of the tree has been loaded, and none is listed now: it was taken out again, or hides (kernel.tainted is $taint)"
  fi
  pass kernel:modules "kernel.tainted is $taint"
}

# judge NAME FLAGS: of a module that is unsigned (E) or out of the tree (O).
judge() {
  local name=$1 file what='out of the tree'
  flagged=$((flagged + 1))
  [[ $2 == *E* ]] && what='not signed'
  file=$(module_file "$name")
  if [ -z "$file" ]; then
    fail "module:$name" "$name is $what, and its file is not in /lib/modules"
  elif owned "$file" || owned "${file/#"$ROOT/lib/"/"$ROOT/usr/lib/"}"; then
    pass "module:$name" "$name is $what; a package brought it"
  elif [[ $file == */updates/dkms/* || $file == */extra/* ]] && built_by_dkms "$name"; then
    pass "module:$name" "$name is $what; dkms built it from sources of a package"
  else
    fail "module:$name" "$name is $what, and no package brought ${file#"$ROOT"}"
  fi
}

# module_file NAME: names have _ where files may have -. RHEL links modules of other kernels that fit as well.
module_file() {
  local release
  release=$(sysctl_now kernel.osrelease) || return 0
  find "$ROOT/lib/modules/$release" -name "${1//_/[_-]}.ko*" -exec realpath -e -- {} \; -quit 2>/dev/null
}

# built_by_dkms NAME: one source may build several, under other names than its own (nvidia-drm, spl of zfs).
built_by_dkms() {
  local source
  for source in "$ROOT/var/lib/dkms"/*/*/source; do
    [ -L "$source" ] || continue
    [[ ${source%/*/source} == */${1//_/[_-]}* ]] ||
      compgen -G "${source%/source}/*/*/module/${1//_/[_-]}.ko*" >/dev/null || continue
    owned "$(readlink -- "$source")/dkms.conf" && return 0
  done
  return 1
}

# hidden: modules that sysfs still shows as loaded and the list does not.
hidden() {
  local path name
  local -A listed=()
  while read -r name _; do listed[$name]=1; done <"$ROOT/proc/modules"
  for path in "$ROOT"/sys/module/*/initstate; do
    [ -e "$path" ] || continue
    name=${path%/initstate}
    name=${name##*/}
    # Built-in ones have no initstate. One that is being loaded just now is listed at the second look.
    [ -n "${listed[$name]-}" ] || grep -q "^$name " "$ROOT/proc/modules" ||
      fail "module:$name" "$name is loaded by /sys/module, and missing from /proc/modules"
  done
}
