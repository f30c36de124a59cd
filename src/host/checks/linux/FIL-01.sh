# id: FIL-01
# title: A file runs as another account and no package brought it
# severity: high
# rationale: A file with SUID, SGID or capabilities gives whoever starts it the rights of its owner. Distributions bring a
#   few dozen that are looked after; one more is how an intruder becomes root again.
# references: CIS Debian 12 7.1.13; ATT&CK T1548.001
# needs: root for folders of other people
# facts: files packages
# fix: G
# cuts: The program runs with the rights of whoever starts it from then on. What counts on more fails.
# remedy: Ask who brought the file. If it needs no such rights, run chmod ug-s on it, or setcap -r.
# timeout: 10 s

detect() {
  local path line
  local -A about=()
  need_facts files/suid packages/files || return
  each_file suid know
  look_capabilities
  if [ ${#about[@]} -gt 0 ]; then
    while IFS= read -r -d '' path; do
      line=${about[$path]}
      fail "${path#"$ROOT"}" "$line, and no package brought it"
    done < <(printf '%s\0' "${!about[@]}" | unowned)
  fi
  look_new
  have_fact files/capabilities || unknown 'capabilities' 'getcap is missing, so files with capabilities were not looked at'
  pass
}

# A shebang is started without these rights, so only programs are told.
know() {
  local kind=SGID who="group $gid"
  is_out_of_reach && return
  if ((8#$mode & 8#4000)); then kind=SUID who="account $uid"; fi
  # SGID without the right to run it for the group is a mark for locks and runs nothing.
  [ "$kind" = SUID ] || ((8#$mode & 8#010)) || return
  about[$path]="it is $kind and runs as $who"
}

# Layers of images and other roots, which only root can enter; their packages are others.
is_out_of_reach() {
  case $shown in
  /snap/* | /var/lib/snapd/* | /var/lib/docker/* | /var/lib/containers/* | /var/lib/containerd/* | /var/lib/lxc/* | /var/lib/lxd/* | /var/lib/machines/* | /var/cache/pbuilder/* | /srv/chroot/*) ;;
  *) return 1 ;;
  esac
}

look_capabilities() {
  local -a all
  local at
  have_fact files/capabilities || return 0
  mapfile -d '' -t all <"$FACTS/files/capabilities"
  for ((at = 0; at + 7 < ${#all[@]}; at += 8)); do
    local shown=${all[at + 6]#"$ROOT"}
    is_out_of_reach || about[${all[at + 6]}]="it has the capabilities ${all[at + 7]}"
  done
}

# One that a package brought is new as well when the package is: told as such, and with little weight.
look_new() {
  local now line
  now=$(printf '%s\n' "${!about[@]}" | sort)
  while IFS= read -r line; do
    # A name that holds a line break is in two pieces here.
    { [ -n "$line" ] && [ -n "${about[$line]-}" ]; } || continue
    owned "$line" || continue
    fail -s low "${line#"$ROOT"}" "${about[$line]}; a package brought it since this host was taken as known"
  done < <(comm -13 <(known_before || printf '%s\n' "$now") <(printf '%s\n' "$now"))
  remember <<<"$now"
}

fix() {
  local mode
  mode=$(stat -c %a -- "$ROOT$1") || return
  if ((8#$mode & 8#6000)); then set_mode "$ROOT$1" "$(printf '%04o' $((8#$mode & 8#1777)))"; else by_hand "take its capabilities away: setcap -r $1"; fi
}

undo() { put_back; }
