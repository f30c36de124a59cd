# id: CRD-05
# title: A private key can be read by others or has no passphrase
# severity: high
# rationale: A private key stands for whoever holds it. Readable by others it is everybody's; without a passphrase, in the
#   home of a person, it is that of whoever gets a backup or the disk.
# references: ATT&CK T1552.004
# needs: root for files of other people
# facts: files packages
# fix: A
# remedy: Run chmod 600 on the file. Give the key of a person a passphrase (ssh-keygen -p -f FILE). If others could read it
#   for long, make a new one and take the old one out of every authorized_keys.
# timeout: 60 s

# What `openssh-key-v1`, no cipher and no derivation look like in base64.
OPEN_SSH=b3BlbnNzaC1rZXktdjEAAAAABG5vbmU

detect() {
  local -A is_mine=()
  need_facts files/keys packages/files || return
  while IFS= read -r -d '' path; do is_mine[$path]=1; done < <(sed -zn '0~7p' "$FACTS/files/keys" | unowned)
  each_file keys judge
  [ "$IS_ROOT" = 1 ] || unknown 'files of other people' 'they cannot be read without root'
  pass
}

judge() {
  local first='' second='' third=''
  [ -n "${is_mine[$path]-}" ] && [ -f "$path" ] || return
  case $shown in
  # What tools of developers carry along for their own tests.
  */node_modules/* | */site-packages/* | */dist-packages/* | */vendor/* | */testdata/* | */test/* | */tests/* | */go/pkg/mod/* | */.cargo/registry/*) return ;;
  esac
  { IFS= read -r -n 200 first && IFS= read -r -n 200 second && IFS= read -r -n 200 third; } < <(start_of 1000 "$path" | tr -d '\0')
  case $first in
  -----BEGIN*PRIVATE\ KEY-----* | PuTTY-User-Key-File*) ;;
  *) return ;;
  esac
  if ((8#$mode & 8#007)); then
    fail "$shown" "everybody can read or change this private key (mode $mode)"
  # Servers read the keys of their certificates by a group of their own, as Debian's ssl-cert.
  elif ((8#$mode & 8#020)) || { ((8#$mode & 8#040)) && [[ $shown == /home/* || $shown == /root/* || $shown == */.ssh/* ]]; }; then
    fail -s medium "$shown" "its group can read or change this private key (mode $mode)"
  elif is_of_a_person && ! is_locked; then
    fail -s low "$shown" 'this key of a person has no passphrase'
  fi
}

is_of_a_person() { case $shown in */.ssh/*) ;; *) return 1 ;; esac }

is_locked() {
  case $first in
  *ENCRYPTED*) return 0 ;;
  *OPENSSH*) [[ $second != "$OPEN_SSH"* ]] ;;
  PuTTY*) [[ $second != 'Encryption: none'* ]] ;;
  *) [[ $second == *ENCRYPTED* || $third == *ENCRYPTED* ]] ;;
  esac
}

fix() {
  case $1 in
  # Services and containers keep theirs there, and may read them by the rights of all.
  /var/lib/* | /srv/* | /opt/*) by_hand 'a service of another account may read it by these rights' ;;
  *) set_mode "$ROOT$1" 0600 ;;
  esac
}

undo() { put_back; }
