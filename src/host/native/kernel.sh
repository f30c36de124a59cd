# Judging settings of the kernel. A check that wants these says `use kernel`.

# judge_sysctl [-s SEVERITY] KEY GOOD: GOOD is `1|2`. A kernel that has no such key is not judged.
judge_sysctl() {
  local now saved
  local -a severity=()
  if [ "$1" = -s ]; then
    severity=(-s "$2")
    shift 2
  fi
  if ! now=$(sysctl_now "$1"); then
    [ ! -e "$ROOT/proc/sys/${1//.//}" ] || unknown "sysctl:$1" "$1 can be read by root alone"
  elif ! one_of "$now" "$2"; then
    fail ${severity[@]+"${severity[@]}"} "sysctl:$1" "$1 is $now, where ${2//|/ or } is right"
  elif saved=$(sysctl_saved "$1") && ! one_of "$saved" "$2"; then
    fail ${severity[@]+"${severity[@]}"} "sysctl:$1" "$1 is $now, and $saved after the next start, where ${2//|/ or } is right"
  else
    pass "sysctl:$1" "$1 is $now"
  fi
}

# interface_settings KEY HOW: `NAME VALUE` for each interface but lo, and for `default`, which new ones begin with. KEY is
# net.ipv4.conf.rp_filter. VALUE is what the kernel makes of the interface's own and of that for all (ip-sysctl.rst): HOW
# is or, and, max, min, or `redirects`, which IPv4 believes by either on a host and by both on a router, IPv6 by the
# interface's own on hosts alone.
interface_settings() {
  local folder=${1%.*} key=${1##*.} all path name value forwards
  folder=$ROOT/proc/sys/${folder//.//}
  read -r all 2>/dev/null <"$folder/all/$key" || return 1
  for path in "$folder"/*; do
    name=${path##*/}
    case $name in all | lo) continue ;; esac
    # An interface may go meanwhile.
    { read -r value <"$path/$key"; } 2>/dev/null || continue
    case $2 in
      or) value=$((value || all)) ;;
      and) value=$((value && all)) ;;
      max) value=$((value > all ? value : all)) ;;
      min) value=$((value < all ? value : all)) ;;
      redirects)
        { read -r forwards <"$path/forwarding"; } 2>/dev/null || forwards=0
        case $1:$forwards in
          net.ipv4.*:0) value=$((value || all)) ;;
          net.ipv4.*) value=$((value && all)) ;;
          *:0) ;;
          *) value=0 ;;
        esac
        ;;
    esac
    printf '%s %s\n' "$name" "$value"
  done
}

# judge_interfaces [-s SEVERITY] KEY HOW GOOD WHAT: WHAT says what is so on an interface whose value is not GOOD.
judge_interfaces() {
  local name value bad='' seen=''
  local -a severity=()
  if [ "$1" = -s ]; then
    severity=(-s "$2")
    shift 2
  fi
  while read -r name value; do
    seen=1
    [ "$name" = default ] && name='new interfaces'
    one_of "$value" "$3" || bad+=", $name"
  done < <(interface_settings "$1" "$2")
  if [ -z "$seen" ]; then
    unknown "sysctl:$1" "the kernel does not show ${1%.*}.all.${1##*.}"
  elif [ -n "$bad" ]; then
    fail ${severity[@]+"${severity[@]}"} "sysctl:$1" "$4 on ${bad:2}"
  else
    pass "sysctl:$1" "${1##*.} is as it should be on all interfaces"
  fi
}

# set_on_interfaces KEY VALUE: for all, for new ones, and for each that is there. One end of a pair that leads into a container or a
# virtual machine goes with it, and the next begins with what is said for new ones: no file is to keep its name.
set_on_interfaces() {
  local folder=${1%.*} key=${1##*.} path
  folder=${folder//.//}
  # Names of interfaces may hold dots, hence the form with slashes.
  for path in "$ROOT/proc/sys/$folder"/*; do
    [ -e "$path/$key" ] || continue
    case ${path##*/} in
      veth* | vnet* | tap* | cali* | lxc*) set_sysctl "$folder/${path##*/}/$key" "$2" now ;;
      *) set_sysctl "$folder/${path##*/}/$key" "$2" ;;
    esac
  done
}
