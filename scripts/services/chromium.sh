# The browser that `npm run test:e2e` and `npm run screenshots` drive, and letters for the names in them. Sourced.
#
# Debian drops every older Chromium from its security archive as soon as a newer one is there, so an exact version
# could not be installed next week: what is pinned is the oldest that the pages are tested with.

readonly CHROMIUM_AT_LEAST=140
readonly CHROMIUM_PACKAGES=(chromium fonts-noto-core fonts-noto-color-emoji)

# Prints the major version, or 0.
chromium_major() {
  local version
  version=$(/usr/bin/chromium --version 2>/dev/null | sed -n 's/^Chromium \([0-9]*\)\..*/\1/p')
  printf '%s\n' "${version:-0}"
}

install_chromium() {
  local package missing=()
  for package in "${CHROMIUM_PACKAGES[@]}"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -x installed >/dev/null || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ] && [ "$(chromium_major)" -ge "$CHROMIUM_AT_LEAST" ]; then say 'chromium is there'; return; fi
  apt_install "${CHROMIUM_PACKAGES[@]}" || die 'could not install chromium and its fonts with apt-get'
}

# That it is installed says little: in a container it often cannot start. The profile is thrown away.
check_chromium() {
  local major profile page
  major=$(chromium_major)
  [ "$major" -ge "$CHROMIUM_AT_LEAST" ] || die "expected Chromium $CHROMIUM_AT_LEAST or newer as /usr/bin/chromium, found \"$major\""
  profile=$(mktemp -d)
  local flags=(--headless --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync "--user-data-dir=$profile")
  # Chromium refuses its sandbox to root; as anybody else it keeps it.
  [ "$(id -u)" -ne 0 ] || flags+=(--no-sandbox)
  page=$(timeout 60 /usr/bin/chromium "${flags[@]}" --dump-dom 'data:text/html,<title>drawn</title>' 2>/dev/null || true)
  rm -rf "$profile"
  case "$page" in *drawn*) ;; *) die '/usr/bin/chromium is installed and does not start headless: run it by hand to see why' ;; esac
  say "$(/usr/bin/chromium --version 2>/dev/null)    /usr/bin/chromium"
}

install_chromium
check_chromium
