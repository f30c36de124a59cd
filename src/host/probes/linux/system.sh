#!/usr/bin/env bash
# $FACTS/system: which system this is, as system/system.ts tells it; for a host without the program that runs the checks otherwise.
# Fields, each ended by NUL: hostname, hostId, osName, osId, osVersion, osFamily, packages, init, container, cloud, kernel,
# architecture, 1 for root.

set -f
declare -A release=()
for file in "$ROOT/etc/os-release" "$ROOT/usr/lib/os-release"; do
  [ -s "$file" ] || continue
  # os-release(5): NAME=value, the value maybe in quotes.
  while IFS= read -r line || [ -n "$line" ]; do
    [[ $line =~ ^([A-Z_]+)=[\"\']?(.*)$ ]] || continue
    value=${BASH_REMATCH[2]}
    value=${value%"${value##*[![:space:]]}"}
    release[${BASH_REMATCH[1]}]=${value%[\"\']}
  done <"$file"
  break
done

# text_of PATH: below the root, without blanks around it; nothing where it cannot be read.
text_of() {
  local text
  { text=$(tr -d '\0' <"$ROOT$1"); } 2>/dev/null || return 0
  text=${text#"${text%%[![:space:]]*}"}
  printf %s "${text%"${text##*[![:space:]]}"}"
}

host=$(uname -n)
name=$(text_of /etc/hostname)
[ -n "$ROOT" ] && [ -n "$name" ] || name=$host
# machine-id(5): it is not to leave the machine as it is.
machine=$(text_of /etc/machine-id)
host_id=$(printf 'holdfast host\n%s' "${machine:-no machine id: $host}" | sha256sum)

id=${release[ID]-linux}
family=other
for word in $id ${release[ID_LIKE]-}; do
  case $word in
  debian)
    family=debian
    break
    ;;
  rhel | fedora | centos | amzn | rocky | almalinux | ol) family=rhel ;;
  esac
done

packages=none
if [ -e "$ROOT/var/lib/rpm" ] || [ -e "$ROOT/usr/lib/sysimage/rpm" ]; then
  packages=rpm
fi
# Each family has the other's program to install (dpkg is in EPEL, rpm in Debian), which keeps a list of its own.
if [ -e "$ROOT/var/lib/dpkg/status" ] && [ "$family:$packages" != rhel:rpm ]; then
  packages=dpkg
fi

init=none
[ -e "$ROOT/run/systemd/system" ] && init=systemd

# Where the first process says that it is in one.
container_of_init() {
  local word
  while IFS= read -r -d '' word || [ -n "$word" ]; do
    case $word in
    container=?*)
      printf %s "${word#container=}"
      return
      ;;
    esac
  done 2>/dev/null <"$ROOT/proc/1/environ"
}

container=$(text_of /run/systemd/container)
if [ -n "$container" ]; then
  :
elif [ -e "$ROOT/run/.containerenv" ]; then
  container=podman
elif [ -e "$ROOT/.dockerenv" ]; then
  container=docker
else
  container=$(container_of_init 2>/dev/null)
  if [ -z "$container" ]; then
    if grep -qE 'docker|containerd|kubepods' "$ROOT/proc/1/cgroup" 2>/dev/null; then
      container=docker
    elif grep -q '/lxc/' "$ROOT/proc/1/cgroup" 2>/dev/null; then
      container=lxc
    elif grep -qi microsoft "$ROOT/proc/version" 2>/dev/null; then
      container=wsl
    fi
  fi
fi

# By DMI (SMBIOS type 1 to 3), as the makers of the clouds document it.
said=$(
  for each in sys_vendor product_name bios_vendor board_vendor chassis_asset_tag; do
    text_of "/sys/class/dmi/id/$each"
    echo
  done
)
cloud=''
while IFS=' ' read -r name_of pattern; do
  if grep -qE "$pattern" <<<"$said"; then
    cloud=$name_of
    break
  fi
done <<'CLOUDS'
aws [Aa]mazon EC2|^[Aa]mazon
gcp Google Compute Engine|^Google$
azure 7783-7084-3265-9085-8269-3286-77
oracle OracleCloud
digitalocean DigitalOcean
hetzner Hetzner
alibaba Alibaba Cloud
openstack OpenStack
CLOUDS

is_root=0
[ "$EUID" = 0 ] && is_root=1
printf '%s\0' "$name" "${host_id:0:32}" "${release[PRETTY_NAME]-Linux}" "$id" "${release[VERSION_ID]-}" "$family" "$packages" \
  "$init" "$container" "$cloud" "$(uname -r)" "$(uname -m)" "$is_root" >"$FACTS/system"
