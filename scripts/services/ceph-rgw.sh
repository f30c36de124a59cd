# Ceph's object gateway: one monitor, one object daemon that keeps everything in memory, one gateway. Sourced.
#
#   Ceph 16.2.15 from Debian    speaks S3 on a free port of the loopback address; .services/ceph-rgw.endpoint names it
#
# Address and scheme of who asks are taken from X-Forwarded-For and X-Forwarded-Proto, as behind a proxy, so that tests
# can come from anywhere.
#
# Stopping loses all that was stored. The keys are for tests alone: access key holdfasttest, secret holdfast-secret.

readonly CEPH='16.2.15*'
readonly ceph_folder="$services/ceph-rgw"
readonly ceph_conf="$ceph_folder/ceph.conf"

ceph_version() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null || true; }

install_ceph() {
  local package missing=()
  for package in radosgw ceph-mon ceph-osd; do
    case "$(ceph_version "$package")" in
      $CEPH) ;;
      *) missing+=("$package=$CEPH") ;;
    esac
  done
  if [ ${#missing[@]} -eq 0 ]; then say "ceph $(ceph_version radosgw) is there"; return; fi
  say "installing ${missing[*]}"
  apt_install "${missing[@]}" || die "could not install ${missing[*]} with apt-get"
}

# No authentication inside the cluster: it listens on the loopback address and holds data of tests. Placement groups
# are few because there is one daemon; the space that Ceph sees free is the disk's, not the memory it uses. What is deleted is
# given back within seconds, and not after hours as by default: a store that is full takes no more and says nothing.
write_ceph_conf() {
  local fsid=$1 mon_port=$2 rgw_port=$3
  cat >"$ceph_conf" <<CONF
[global]
fsid = $fsid
mon host = v1:127.0.0.1:$mon_port
mon initial members = a
public addr = 127.0.0.1
ms bind ipv6 = false
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon max pg per osd = 1000
mon data avail warn = 0
mon data avail crit = 0
run dir = $ceph_folder
admin socket =
keyring = $ceph_folder/keyring
log file = $ceph_folder/\$name.log
[mon.a]
mon data = $ceph_folder/mon
[osd.0]
osd data = $ceph_folder/osd
osd objectstore = memstore
memstore device bytes = 8589934592
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$rgw_port
rgw crypt require ssl = false
rgw gc obj min wait = 5
rgw gc processor period = 5
rgw trust forwarded https = true
rgw remote addr param = HTTP_X_FORWARDED_FOR
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = test-key=$(head -c 32 /dev/zero | base64)
CONF
}

# Runs a daemon from inside .services, by which services:stop knows it again.
ceph_daemon() {
  local name=$1
  shift
  (cd "$ceph_folder" && exec setsid nohup "$@" >"$services/$name.log" 2>&1 </dev/null) &
  printf '%s\n' "$!" >"$services/$name.pid"
}

ceph_command() { timeout 60 "$1" -c "$ceph_conf" "${@:2}"; }

# A monitor that has only just formed its quorum now and then refuses the daemon its place, and the daemon ends.
start_ceph_osd() {
  local start try
  for start in 1 2 3 4 5; do
    ceph_daemon ceph-osd ceph-osd -c "$ceph_conf" -i 0 -f
    for try in $(seq 40); do
      if ceph_command ceph osd stat 2>/dev/null | grep '1 up' >/dev/null; then return; fi
      kill -0 "$(cat "$services/ceph-osd.pid")" 2>/dev/null || break
      sleep 0.25
    done
    say "Ceph's object daemon did not come up at start $start"
  done
  die "Ceph's object daemon does not start, see $ceph_folder/osd.0.log"
}

start_ceph() {
  local endpoint_file="$services/ceph-rgw.endpoint" fsid mon_port endpoint try
  if still_answers ceph-rgw 'Ceph RGW' s3_answers; then return; fi
  for daemon in ceph-rgw ceph-osd ceph-mon; do stop_service "$daemon"; done
  rm -rf "$ceph_folder"
  mkdir -p "$ceph_folder/mon" "$ceph_folder/osd"
  fsid=$(cat /proc/sys/kernel/random/uuid)
  mon_port=$(free_port)
  endpoint="http://127.0.0.1:$(free_port)"
  write_ceph_conf "$fsid" "$mon_port" "${endpoint##*:}"
  {
    ceph_command ceph-authtool --create-keyring "$ceph_folder/keyring" --gen-key -n mon. --cap mon 'allow *'
    ceph_command ceph-authtool "$ceph_folder/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *'
    monmaptool --create --fsid "$fsid" --addv a "[v1:127.0.0.1:$mon_port]" "$ceph_folder/monmap"
    ceph_command ceph-mon --mkfs -i a --monmap "$ceph_folder/monmap" --keyring "$ceph_folder/keyring"
  } >"$services/ceph-setup.log" 2>&1 || die "could not set Ceph up, see $services/ceph-setup.log"
  ceph_daemon ceph-mon ceph-mon -c "$ceph_conf" -i a -f
  {
    ceph_command ceph osd create
    ceph_command ceph-osd -i 0 --mkfs
  } >>"$services/ceph-setup.log" 2>&1 || die "Ceph's monitor did not start, see $services/ceph-mon.log"
  start_ceph_osd
  ceph_daemon ceph-rgw radosgw -c "$ceph_conf" -n client.rgw --no-mon-config -f
  for try in $(seq 120); do
    if s3_answers "$endpoint"; then break; fi
    kill -0 "$(cat "$services/ceph-rgw.pid")" 2>/dev/null || die "Ceph RGW ended, see $services/ceph-rgw.log"
    sleep 0.5
  done
  s3_answers "$endpoint" || die "Ceph RGW did not start, see $ceph_folder/client.rgw.log"
  ceph_command radosgw-admin user create --uid holdfast --display-name Test \
    --access-key holdfasttest --secret-key holdfast-secret --max-buckets 100000 >>"$services/ceph-setup.log" 2>&1 \
    || die "could not make the user of Ceph RGW, see $services/ceph-setup.log"
  printf '%s\n' "$endpoint" >"$endpoint_file"
  say "Ceph RGW $(ceph_version radosgw)    $endpoint"
}

# Somebody else, who owns what they write into buckets of others.
make_ceph_partner() {
  if ceph_command radosgw-admin user info --uid partner >/dev/null 2>&1; then return; fi
  ceph_command radosgw-admin user create --uid partner --display-name Partner \
    --access-key holdfastpartner --secret-key holdfast-secret >>"$services/ceph-setup.log" 2>&1 \
    || die "could not make the second user of Ceph RGW, see $services/ceph-setup.log"
}

install_ceph
start_ceph
make_ceph_partner
