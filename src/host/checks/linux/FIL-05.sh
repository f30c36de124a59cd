# id: FIL-05
# title: A program or library is not as its package brought it
# severity: high
# rationale: Who wants to stay replaces what admins trust: sshd, ls, ps, the library of PAM. Packages carry a sum of every
#   file. Those of the usual targets are counted anew each time, others when they changed after their package came.
# references: ATT&CK T1554; ATT&CK T1036
# needs: nothing
# fix: M
# remedy: Keep a copy of the file, then bring its package back (apt-get install --reinstall NAME, dnf reinstall NAME). If
#   nobody changed it on purpose, take the machine as broken into.
# timeout: 60 s

# Counted whatever their times say: what rootkits replace.
TARGETS='^(usr/)?(s?bin/(ls|ps|ss|netstat|lsof|top|find|du|df|who|w|last|su|sudo|login|passwd|sshd|ssh|bash|dash|sh|cron|crond|systemctl|journalctl|ip|ifconfig|kmod|lsmod|stat|sha256sum|md5sum|dpkg|apt|rpm|iptables|nft)|lib/([^/]+/)?(security/pam_[a-z_]+\.so|lib(c|pam|keyutils|crypt|ssl|nss_[a-z]+|proc2?|procps|selinux|audit|systemd)(-[0-9.]+)?\.so[.0-9]*|ld-linux[^/]*)|lib/systemd/systemd|lib/openssh/sshd-session)$'
PROGRAMS='^(usr/)?(s?bin/|lib(exec|32|64)?/([^/]+/)?([^/]+/)?[^/]+\.so|lib/systemd/systemd|lib/openssh/|libexec/)'

detect() {
  case $PKG in
  dpkg) look_dpkg ;;
  rpm) look_rpm ;;
  *) not_applicable 'there is no package manager that could be asked' ;;
  esac
}

look_dpkg() {
  local path line closed=0
  local -A diverted=()
  cd "$ROOT/" || return
  while read -r line; do diverted[$line]=1; done < <(awk 'NR % 3 == 1' var/lib/dpkg/diversions 2>/dev/null)
  suspects >"$WORK/sums"
  if ! [ -s "$WORK/sums" ]; then
    unknown 'dpkg keeps no sums of programs'
    return
  fi
  while IFS= read -r line; do
    case $line in
    *': FAILED open or read')
      closed=$((closed + 1))
      continue
      ;;
    esac
    path=${line%: FAILED}
    [ -z "${diverted[/$path]-}" ] || continue
    fail "/$path" 'its bytes are not those that its package brought'
  done < <(md5sum --check --quiet --ignore-missing "$WORK/sums" 2>/dev/null)
  [ $closed -eq 0 ] || unknown 'closed programs' "$closed programs can be read by root alone"
  pass
}

# Lines of md5sum for what shall be counted. A file that was changed has a time of change after that of the list of its
# package, which is written when all of its files are there; that time cannot be set back without the clock.
suspects() {
  find usr/bin usr/sbin usr/lib usr/libexec bin sbin lib -xdev -maxdepth 4 -type f \( -perm /0111 -o -name '*.so*' \) -printf '%C@ %p\n' 2>/dev/null >"$WORK/changed"
  find var/lib/dpkg/info -name '*.list' -printf '%C@ %f\n' >"$WORK/installed"
  find var/lib/dpkg/info -name '*.md5sums' -exec grep -HE "^[0-9a-f]{32}  ((usr/)?s?bin/|(usr/)?lib)" -- {} + 2>/dev/null |
    awk -v targets="$TARGETS" -v programs="$PROGRAMS" -v changed="$WORK/changed" -v installed="$WORK/installed" '
      BEGIN {
        while ((getline line <changed) > 0) { at = index(line, " "); when[substr(line, at + 1)] = substr(line, 1, at - 1) + 0 }
        while ((getline line <installed) > 0) { at = index(line, " "); name = substr(line, at + 1); sub(/\.list$/, "", name); came[name] = substr(line, 1, at - 1) + 0 }
      }
      {
        at = index($0, ".md5sums:")
        name = substr($0, 1, at - 1)
        sub(/.*\//, "", name)
        sum = substr($0, at + 9, 32)
        path = substr($0, at + 43)
        if (path !~ programs) next
        real = path
        if (!(real in when)) real = "usr/" path
        if (path ~ targets || ((real in when) && when[real] > came[name] + 1)) print sum "  " path
      }'
}

# rpm counts whole packages; those of the usual targets are enough for a scan.
look_rpm() {
  local line path
  local -a names=()
  mapfile -t names < <(rpm ${ROOT:+--root "$ROOT"} -q --qf '%{NAME}\n' bash coreutils coreutils-single procps-ng util-linux util-linux-core findutils lsof net-tools \
    openssh openssh-server openssh-clients sudo pam pam-libs shadow-utils glibc glibc-common systemd systemd-libs iproute cronie rpm openssl-libs \
    kmod keyutils-libs libxcrypt libselinux audit-libs nftables iptables-nft 2>/dev/null | grep -v ' ')
  if [ ${#names[@]} -eq 0 ]; then
    unknown 'rpm knows none of the packages that are looked at'
    return
  fi
  while IFS= read -r line; do
    path=${line:13}
    # The third sign is 5 where the bytes differ; c marks settings, which people change.
    case $line in ??5??????\ *[cdg]\ /*) continue ;; ??5*) ;; *) continue ;; esac
    path=/${path#*/}
    fail "$path" 'its bytes are not those that its package brought'
  done < <(rpm ${ROOT:+--root "$ROOT"} -V "${names[@]}" 2>/dev/null)
  pass
}
