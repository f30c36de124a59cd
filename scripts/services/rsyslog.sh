# Debian's rsyslog as a log server of the tests, which start it themselves. Sourced.
#
# It is unpacked into .services/rsyslog and not installed: an installed one would begin to log for the whole machine.

readonly RSYSLOG='8.2302.0*'
readonly RSYSLOG_PACKAGES=("rsyslog=$RSYSLOG" "rsyslog-openssl=$RSYSLOG" libestr0 libfastjson4 liblognorm5)
readonly rsyslog_folder="$services/rsyslog"

rsyslog_version() { "$rsyslog_folder/rsyslogd" -v 2>/dev/null | sed -n 's/^rsyslogd *\([0-9.]*\).*/\1/p'; }

fetch_rsyslog() {
  if [ "$(rsyslog_version)" = 8.2302.0 ]; then say 'rsyslog 8.2302.0 is there'; return; fi
  unpack_packages "$rsyslog_folder" "${RSYSLOG_PACKAGES[@]}"
  write_starter "$rsyslog_folder" usr/sbin/rsyslogd libestr.so.0 -M LIBRARIES/rsyslog
}

# What counts is what runs, not what an installer said.
check_rsyslog() {
  local found
  found=$(rsyslog_version)
  [ "$found" = 8.2302.0 ] || die "expected rsyslog 8.2302.0, found \"$found\""
  say "rsyslog $found    $rsyslog_folder/rsyslogd"
}

fetch_rsyslog
check_rsyslog
