#!/usr/bin/env bash
# Makes an instance of workspace.yaml serve. Run at each start, as root, from the unpacked archive; twice is once.
#
#   /etc/holdfast/boot.env    STACK, KEY_ID, DISK_ID, READY_URL
#   /etc/holdfast/server.env  the settings of the server
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC1091
. /etc/holdfast/boot.env
data=/var/lib/holdfast

say() { printf 'holdfast: %s\n' "$1"; }

die() {
  say "$1" >&2
  signal FAILURE "$1" none
  exit 1
}

# Tells CloudFormation once; of a stack that is made already nobody asks.
signal() {
  printf '{"Status":"%s","Reason":"%s","UniqueId":"certificate","Data":"%s"}' "$1" "${2//\"/}" "$3" |
    curl --silent --show-error --retry 8 --retry-all-errors --max-time 20 -X PUT -H 'content-type:' --data-binary @- "$READY_URL" ||
    say 'CloudFormation was not told; a stack that is made already does not ask'
}

# The disk comes under a name of its own, some time after the start.
disk_of_the_stack() {
  local by_id="/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${DISK_ID/-/}" _
  for _ in {1..60}; do
    if [ -e "$by_id" ]; then readlink -f "$by_id"; return; fi
    sleep 1
  done
  return 1
}

mount_disk() {
  local disk found=0
  if mountpoint -q "$data"; then return; fi
  disk=$(disk_of_the_stack) || die "the disk $DISK_ID is not there"
  # Only a disk with nothing at all on it is made anew: 2 is what blkid says of that, and of nothing else.
  blkid -p "$disk" >/dev/null || found=$?
  case $found in
  0) ;;
  2) mkfs.xfs -q -L holdfast "$disk" || die "no file system could be made on $disk" ;;
  *) die "what is on the disk $DISK_ID cannot be told ($found); nothing was written" ;;
  esac
  install -d "$data"
  grep -qs '^LABEL=holdfast ' /etc/fstab || printf 'LABEL=holdfast %s xfs defaults,nofail,nodev,nosuid,noexec 0 2\n' "$data" >>/etc/fstab
  mount "$data" || die "the disk $DISK_ID could not be mounted"
}

# Of the certificate that it serves with: where nobody vouches for it, it is held against the output of the stack.
fingerprint() {
  openssl s_client -connect 127.0.0.1:443 </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256 | sed 's/^.*=//'
}

serve() {
  chmod 755 "$here/bin/node"
  ln -sfn "$here" /opt/holdfast/current
  install -d /usr/local/bin /etc/systemd/system
  printf '#!/bin/sh\nexec /opt/holdfast/current/bin/node --max-semi-space-size=16 /opt/holdfast/current/dist/holdfast.js "$@"\n' >/usr/local/bin/holdfast
  chmod 755 /usr/local/bin/holdfast
  install -m 0644 "$here/deploy/holdfast.service" /etc/systemd/system/holdfast.service
  systemctl daemon-reload
  systemctl enable --quiet holdfast.service
  systemctl restart holdfast.service
}

wait_until_it_answers() {
  local _
  for _ in {1..90}; do
    if curl --silent --insecure --fail --max-time 5 https://127.0.0.1/healthz >/dev/null; then return; fi
    sleep 2
  done
  die 'the server does not answer: journalctl -u holdfast'
}

# Encrypted under the key of the stack, for whoever may decrypt by it; worth nothing once the first account is there.
hand_over_setup_code() {
  local code="$data/data/setup-code" _
  [ -e "$code" ] || return 0
  for _ in {1..10}; do
    if aws ssm put-parameter --region "$AWS_REGION" --name "/holdfast/$STACK/setup-code" --type SecureString --key-id "$KEY_ID" \
      --overwrite --value "file://$code" >/dev/null; then return; fi
    sleep 5
  done
  say "the code for the first account could not be handed over; it lies in $code"
}

AWS_REGION=$(sed -n 's/^AWS_REGION=//p' /etc/holdfast/server.env)
id -u holdfast >/dev/null 2>&1 || useradd --system --home-dir "$data" --no-create-home --shell /sbin/nologin holdfast
mount_disk
serve
wait_until_it_answers
hand_over_setup_code
signal SUCCESS 'it answers' "$(fingerprint)"
say 'it answers'
