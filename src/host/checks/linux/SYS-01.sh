# id: SYS-01
# title: Security updates are waiting
# severity: high
# rationale: From the day an update is out everybody can read in it what was wrong before. Hosts that install such updates
#   by themselves are open for hours, others for months.
# references: CIS Debian 12 1.2.2.1; ATT&CK T1190
# needs: nothing
# facts: packages
# fix: G
# cuts: services that are restarted by an update
# remedy: Run apt-get update and apt-get upgrade (RHEL: dnf upgrade --security; Amazon Linux 2023: dnf upgrade --releasever=latest). To have it done by itself, install
#   unattended-upgrades (dnf-automatic) and enable its timer.
# timeout: 60 s

readonly STALE_DAYS=7
readonly RELEASE_DAYS=14

detect() {
  case $PKG in
    dpkg) debian ;;
    rpm) rhel ;;
    *) unknown 'there is no package manager that this check knows' ;;
  esac
  if [ -e "$ROOT/run/reboot-required" ] || [ -e "$ROOT/var/run/reboot-required" ]; then
    fail -s medium updates:restart 'an update is in use only after the next start of the host (/run/reboot-required)'
  fi
}

# security_lists: the lists of packages of sources for security updates, each ended by NUL. Debian and Ubuntu name such suites
# NAME-security, and Ubuntu Pro NAME-infra-security and NAME-apps-security, once the host is attached to it.
security_lists() {
  find "$ROOT/var/lib/apt/lists" -maxdepth 1 -type f -name '*_Packages*' -regextype posix-extended \
    -regex '.*_dists_[a-z]+(-infra|-apps)?-security_[^/]*' -print0 2>/dev/null
}

# installed_then_offered: what dpkg knows, a line, and the lists on stdin, as stanzas.
installed_then_offered() {
  local list
  cat -- "$ROOT/var/lib/dpkg/status" && printf '\noffered\n\n' || return
  while IFS= read -r -d '' list; do
    case $list in
      *Packages) cat -- "$list" ;;
      *) /usr/lib/apt/apt-helper cat-file "$list" ;;
    esac || return
    echo
  done
}

# waiting: of the lists on stdin the names of installed packages of which they have a later version. apt itself builds an index of
# all lists in its memory to say so, which takes more than all other checks together.
waiting() {
  installed_then_offered 2>"$WORK/lists" | awk '
    /^offered$/ { offered = 1 }
    /^Package: / { name = $2 }
    /^Version: / { version = $2 }
    /^Architecture: / { architecture = $2 }
    /^Status: / { state = $4 }
    /^$/ && !offered && state == "installed" { has[name] = has[name] version " " architecture " " }
    /^$/ && offered && (name in has) {
      count = split(has[name], own, " ")
      for (at = 1; at < count; at += 2) {
        fits = own[at + 1] == architecture || own[at + 1] == "all" || architecture == "all"
        if (fits && own[at] != version) print name, own[at], version
      }
    }
    /^$/ { name = state = "" }
  ' | sort -u | while read -r name installed version; do
    if dpkg --compare-versions "$version" gt "$installed"; then printf '%s\n' "$name"; fi
  done | uniq
}

# is_stale SECONDS: when the newest list came, which may be unknown.
is_stale() { [ -n "$1" ] && (($(date +%s) - ${1%%.*} > STALE_DAYS * 86400)); }

debian() {
  local lines number names newest
  newest=$(find "$ROOT/var/lib/apt/lists" -maxdepth 1 -name '*Packages*' -printf '%T@\n' 2>/dev/null | sort -n | tail -n 1)
  if [ -z "$newest" ]; then
    unknown updates:security 'there are no lists of packages: apt-get update was never run'
  # Read to its end: who stopped at the first would end find, and pipefail would take that for none.
  elif [ "$(security_lists | tr -cd '\0' | wc -c)" -eq 0 ]; then
    unknown updates:security 'none of the lists of packages is of security updates: look at the sources in /etc/apt'
  elif ! lines=$(security_lists | waiting); then
    unknown updates:security "the lists of packages cannot be read: $(head -n 1 "$WORK/lists")"
  else
    number=$(grep -c . <<<"$lines")
    names=$(awk 'NF && NR <= 5 { printf "%s%s", (NR > 1 ? ", " : ""), $1 }' <<<"$lines")
    if [ "$number" -gt 0 ]; then
      fail updates:security "$number waiting: $names$([ "$number" -le 5 ] || printf ' and others')"
    elif is_stale "$newest"; then
      unknown updates:security "the lists of packages are $((($(date +%s) - ${newest%%.*}) / 86400)) days old"
    else
      pass updates:security 'none is waiting'
    fi
  fi
  # The container is made anew for an update.
  [ -z "$CONTAINER" ] || return
  if ! grep -q '^unattended-upgrades ' "$FACTS/packages/list"; then
    fail -s medium updates:automatic 'nothing installs security updates by itself: unattended-upgrades is missing'
  elif [ "$(apt_setting APT::Periodic::Unattended-Upgrade)" != 1 ] || [ "$(apt_setting APT::Periodic::Update-Package-Lists)" = 0 ]; then
    fail -s medium updates:automatic 'nothing installs security updates by itself: APT::Periodic::Unattended-Upgrade is off'
  else
    pass updates:automatic 'unattended-upgrades installs them'
  fi
}

# apt_setting NAME: of the files in apt.conf.d, the last one that says it counts.
apt_setting() {
  cat -- "$ROOT"/etc/apt/apt.conf.d/* "$ROOT/etc/apt/apt.conf" 2>/dev/null |
    sed -nE "s|^[[:space:]]*$1[[:space:]]+\"([^\"]*)\".*|\1|p" | tail -n 1
}

# release_is_new: Amazon Linux 2023 stays at the release that it was installed with until somebody names another, and then knows of no
# later update; there is one every two weeks. Sets RELEASED to its day.
release_is_new() {
  local wanted=''
  [ "$OS_ID" = amzn ] || return 0
  { read -r wanted <"$ROOT/etc/dnf/vars/releasever"; } 2>/dev/null
  [ "$wanted" != latest ] || return 0
  RELEASED=$(sed -nE 's/^system-release ([0-9]+:)?2023\.[0-9]+\.([0-9]{8}).*/\2/p' "$FACTS/packages/list")
  [ -n "$RELEASED" ] && (($(date +%s) - $(date -d "$RELEASED" +%s) < RELEASE_DAYS * 86400)) && return
  RELEASED=${RELEASED:-an unknown day}
  return 1
}

# advised: of what dnf lists on stdin, an advisory and NAME-[EPOCH:]VERSION-RELEASE.ARCHITECTURE a line, the names of the packages,
# each once: a package whose updates have waited for long has an advisory for each of them.
advised() {
  awk '
    /^[A-Z0-9]+[-:].*[Ss]ec/ {
      name = $NF
      sub(/-[^-]+-[^-]+$/, "", name)
      if (!(name in seen)) print name
      seen[name] = 1
    }
  '
}

rhel() {
  local lines number names newest wants
  if ! has dnf; then
    unknown updates:security 'dnf is missing'
  elif ! lines=$(dnf ${ROOT:+--installroot "$ROOT"} -C -q updateinfo list --security --available 2>"$WORK/dnf"); then
    unknown updates:security "dnf does not say: $(head -n 1 "$WORK/dnf")"
  else
    lines=$(advised <<<"$lines")
    number=$(grep -c . <<<"$lines")
    names=$(awk 'NF && NR <= 5 { printf "%s%s", (NR > 1 ? ", " : ""), $1 }' <<<"$lines")
    newest=$(find "$ROOT/var/cache/dnf" -path '*/repodata/*' -printf '%T@\n' 2>/dev/null | sort -n | tail -n 1)
    if [ "$number" -gt 0 ]; then
      fail updates:security "$number waiting: $names$([ "$number" -le 5 ] || printf ' and others')"
    elif [ -z "$newest" ]; then
      # A source that may be skipped counts as one without updates.
      unknown updates:security 'there are no lists of packages: dnf makecache was never run'
    elif is_stale "$newest"; then
      unknown updates:security "the lists of packages are $((($(date +%s) - ${newest%%.*}) / 86400)) days old"
    elif ! release_is_new; then
      unknown updates:security "updates come with the next release of Amazon Linux, and this one is of ${RELEASED}: ask dnf check-release-update"
    else
      pass updates:security 'none is waiting'
    fi
  fi
  [ -z "$CONTAINER" ] || return
  # Amazon Linux 2023 is updated by release, and has the same timers.
  wants=$ROOT/etc/systemd/system/timers.target.wants
  if [ -e "$wants/dnf-automatic-install.timer" ]; then
    pass updates:automatic 'dnf-automatic installs them'
  elif [ -e "$wants/dnf-automatic.timer" ]; then
    # It does what its file says, which as it comes is to download them.
    if grep -qsiE '^[[:space:]]*apply_updates[[:space:]]*=[[:space:]]*(yes|true|1|on)[[:space:]]*$' "$ROOT/etc/dnf/automatic.conf"; then
      pass updates:automatic 'dnf-automatic installs them'
    else
      fail -s medium updates:automatic 'dnf-automatic downloads security updates and installs none: apply_updates is off in /etc/dnf/automatic.conf'
    fi
  else
    fail -s medium updates:automatic 'nothing installs security updates by itself: dnf-automatic is not enabled'
  fi
}

# Installing packages cannot be taken back; what is waiting is for a person to install.
fix() {
  case $1:$PKG in
    updates:automatic:dpkg)
      grep -q '^unattended-upgrades ' "$FACTS/packages/list" || { by_hand 'install it first: apt-get install unattended-upgrades'; return; }
      printf 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n' | set_file "$ROOT/etc/apt/apt.conf.d/99holdfast-upgrades"
      ;;
    updates:automatic:rpm)
      grep -q '^dnf-automatic ' "$FACTS/packages/list" || { by_hand 'install it first: dnf install dnf-automatic'; return; }
      set_service dnf-automatic-install.timer enable
      set_service dnf-automatic-install.timer start
      ;;
    *) by_hand 'updates cannot be taken back: install them yourself, when it suits (apt-get upgrade, dnf upgrade --security)' ;;
  esac
}

undo() {
  put_back
}
