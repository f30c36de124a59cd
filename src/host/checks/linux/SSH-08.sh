# id: SSH-08
# title: Keys that open accounts over SSH need a look
# severity: high
# rationale: A line in authorized_keys opens an account for good, whatever becomes of its password, and is the most common
#   back door there is.
# references: ATT&CK T1098.004; CIS Debian 12 5.1
# needs: root for the keys of others
# facts: sshd
# fix: G
# cuts: whoever logs in with that key
# remedy: Find out whose key it is (ssh-keygen -lf FILE shows fingerprints and comments); remove its line if nobody can say,
#   and look in the log whether it was used (Accepted publickey).
# timeout: 20 s

# SHA-256 of "holdfast: a key that nobody has", which is no point of the curve, so that nothing is signed by it; and its fingerprint.
readonly NOBODY='ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILqBcMFfLZBDccnFKZySvhRzRJpkfX9kQxonAJxS2VuM'
readonly NOBODYS_PRINT=SHA256:Sc9sMJa9EWi2Tm1+y2+XjN/eDgJMxx6LdXMl2JW+/pU
readonly MOST_BYTES=1000000

# Fingerprints with the accounts that they open, those of the time when the state of the host was taken as known, and all.
declare -A opens=() known=()
lines='' has_before='' root_login=''

detect() {
  local name uid home template path templates before fingerprint
  if ! has ssh-keygen; then
    not_applicable 'there is no OpenSSH'
    return
  fi
  root_login=$(sshd_value permitrootlogin)
  if before=$(known_before); then
    has_before=1
    while IFS= read -r path; do known["key $path"]=1; done <<<"$before"
  fi
  templates=$(sshd_value authorizedkeysfile) || templates='.ssh/authorized_keys .ssh/authorized_keys2'
  while IFS=: read -r name _ uid _ _ home _; do
    [[ $name != [-+]* && $home == /* ]] || continue
    for template in $templates; do
      [ "$template" = none ] && continue
      path=${template//%%/%}
      path=${path//%u/$name}
      path=${path//%h/$home}
      path=${path//%U/$uid}
      [[ $path == /* ]] || path=$home/$path
      [ -e "$ROOT$path" ] && keys_of "$name" "$uid" "$path"
    done
  done < <(accounts)
  for fingerprint in "${!opens[@]}"; do
    [[ ${opens[$fingerprint]} == *' '* ]] && fail -s low "key:$fingerprint" "one key opens several accounts: ${opens[$fingerprint]}"
  done
  printf '%s' "$lines" | sort | remember
  pass
}

# keys_of NAME UID PATH
keys_of() {
  local mode owner size line print options number=0
  local -a all prints=()
  if [ ! -r "$ROOT$3" ]; then
    unknown "$3" 'it can be read by root and its owner alone'
    return
  elif [ ! -f "$ROOT$3" ]; then
    # A queue would keep whoever reads it waiting.
    unknown "$3" 'it is no file'
    return
  fi
  read -r mode owner size < <(stat -L -c '%a %u %s' -- "$ROOT$3") || return
  if ((8#$mode & 8#22)) || { [ "$owner" != 0 ] && [ "$owner" != "$2" ]; }; then
    fail "$3" "others can add keys for $1 (mode $mode, UID $owner)"
  fi
  ((size <= MOST_BYTES)) || unknown "$3" "only its first $MOST_BYTES bytes were looked at"
  start_of "$MOST_BYTES" "$ROOT$3" | tr -d '\0' >"$WORK/keys"
  mapfile -t all <"$WORK/keys"
  while read -r number print; do prints[number]=$print; done < <(prints_of <"$WORK/keys")
  for number in "${!prints[@]}"; do
    print=${prints[number]} line=${all[number - 1]}
    options=''
    if [[ $line =~ $OPTIONS ]]; then options=${BASH_REMATCH[1]}; fi
    # With a command of its own it starts that and no shell: so images of clouds send root's logins to another account.
    [[ $options == *command=* || " ${opens[$print]-} " == *" $1 "* ]] || opens[$print]+="${opens[$print]:+ }$1"
    lines+="$1 $print"$'\n'
    judge "$1" "$2" "$3:$number" "$print" "$options"
  done
}

readonly OPTIONS='^[[:space:]]*(.*[^[:space:]])[[:space:]]+(ssh-|ecdsa-|sk-)[a-z0-9@.-]+[[:space:]]+AAAA'

# prints_of: of the lines on stdin `NUMBER FINGERPRINT`, as the server writes it into its log, for each that holds a key. One call of
# ssh-keygen for thousands: after each line comes the key that nobody has, which says that the line is over.
prints_of() {
  awk -v nobody="$NOBODY" '{ print; print nobody, "holdfast:" NR }' | ssh-keygen -lf - 2>/dev/null |
    awk -v nobody="$NOBODYS_PRINT" '
      $2 == nobody && $3 == "holdfast:" (number + 1) {
        number++
        if (fingerprint != "") print number, fingerprint
        fingerprint = ""
        next
      }
      { fingerprint = $2 }
    '
}

# judge NAME UID PLACE FINGERPRINT OPTIONS
judge() {
  local resource="key:$4@$1" program
  if [ -n "$has_before" ] && [ -z "${known["key $1 $4"]-}" ]; then
    fail "$resource" "a new key opens $1 ($3)"
  fi
  if [[ $5 == *environment=* ]]; then
    fail -s medium "$resource:environment" "the key sets the environment of $1 ($3)"
  fi
  if [[ $5 == *cert-authority* ]]; then
    fail -s medium "$resource:authority" "whoever the holder of this key signs for may log in as $1 ($3)"
  fi
  if [[ $5 =~ command=\"([^\" ]*) ]]; then
    program=${BASH_REMATCH[1]}
    case $program in
      /tmp/* | /var/tmp/* | /dev/* | */.*/* | sh | bash | /bin/sh | /bin/bash | curl | wget | */curl | */wget)
        fail "$resource:command" "the key starts $program as $1 ($3)"
        ;;
    esac
  elif [ "$2" = 0 ] && [ "$root_login" != no ] && [[ $5 != *from=* ]]; then
    fail -s low "$resource:root" "a key opens root from everywhere ($3)"
  fi
}

fix() {
  local resource=${1#key:} name print path gone
  case $1 in
  /*)
    by_hand "run chmod go-w on $1 (and chown, where it is no file of the account), and look at the keys in it"
    return
    ;;
  esac
  print=${resource%%@*}
  [[ $resource == *@* ]] || { by_hand 'which of these accounts the key should open is for a person to say'; return; }
  name=${resource#*@}
  name=${name%%:*}
  path=$(accounts | awk -F: -v name="$name" '$1 == name { print $6; exit }')/.ssh/authorized_keys
  if [ ! -f "$ROOT$path" ]; then by_hand "the key is not in $path"; return; fi
  if [ "$(stat -L -c %s -- "$ROOT$path")" -gt "$MOST_BYTES" ]; then by_hand "$path is too large"; return; fi
  start_of "$MOST_BYTES" "$ROOT$path" >"$WORK/keys"
  gone=$(prints_of <"$WORK/keys" | awk -v wanted="$print" '$2 == wanted { printf "%sd;", $1 }')
  if [ -z "$gone" ]; then by_hand "the key is not in $path"; return; fi
  sed "$gone" "$WORK/keys" | set_file "$ROOT$path" may_be_empty
}

undo() {
  put_back
}
