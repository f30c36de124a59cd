#!/usr/bin/env bash
# Installs, and where they are servers starts, the real tools that `npm run test:services` runs against. Safe to run
# twice; versions are pinned in the part that installs them, one file of scripts/services/ each.
#
# Needs Debian or Ubuntu, and root or sudo for the packages. A Go toolchain is used when there is one, else fetched.
#
# `npm run services:install -- age unzip` does only the named parts.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
services="$root/.services"
mkdir -p "$services/bin"

source "$root/scripts/services/shell.sh"
source "$root/scripts/services/go.sh"
source "$root/scripts/services/python.sh"
source "$root/scripts/services/server.sh"
source "$root/scripts/services/unpacked.sh"

parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=(age unzip rclone strace shells dynamodb-local mongo-java-server chromium ceph-rgw versitygw aiosmtpd moto cfn-guard ocsf rsyslog netcat ngircd redis nftables openssh-server mariadb hydra nmap shellcheck rpm tshark tcpreplay dig pebble nginx caddy hadolint systemd login-servers mmdb patch)
for part in "${parts[@]}"; do
  [ -f "$root/scripts/services/$part.sh" ] || die "there is no part \"$part\" in scripts/services/"
  source "$root/scripts/services/$part.sh"
done
