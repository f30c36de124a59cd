# id: ACC-09
# title: Passwords are kept in a form that is quickly guessed
# severity: medium
# rationale: Whoever gets hold of shadow tries passwords against it. A graphics card tries billions of DES or MD5 hashes a
#   second, and a few thousand of yescrypt.
# references: CIS Debian 12 5.4.1.4; ATT&CK T1110.002
# needs: root for the passwords that are there
# fix: A
# remedy: Write ENCRYPT_METHOD SHA512 (Amazon Linux 2023: YESCRYPT) into /etc/login.defs and yescrypt (RHEL 9: sha512) instead of
#   another word into the line of pam_unix.so; then have the accounts that are named choose new passwords (chage -d 0 NAME).
# timeout: 5 s

readonly STACKS=(common-password system-auth password-auth passwd)

detect() {
  local method name file word
  method=$(awk '$1 == "ENCRYPT_METHOD" { value = $2 } END { print value }' "$ROOT/etc/login.defs" 2>/dev/null)
  case ${method,,} in
    yescrypt | sha512 | sha256 | bcrypt) pass /etc/login.defs "ENCRYPT_METHOD is $method" ;;
    # Where PAM changes passwords, it decides by itself what this leaves open.
    '') ;;
    *) fail /etc/login.defs "ENCRYPT_METHOD is $method" ;;
  esac
  for name in "${STACKS[@]}"; do
    file=$ROOT/etc/pam.d/$name
    [ -r "$file" ] || continue
    word=$(grep -E '^[[:space:]]*-?password[[:space:]].*pam_unix\.so' "$file" | grep -oEw 'md5|bigcrypt|des' | head -n 1)
    [ -z "$word" ] || fail "/etc/pam.d/$name" "pam_unix.so makes $word hashes"
  done
  if [ -r "$ROOT/etc/shadow" ]; then hashes; else unknown accounts '/etc/shadow can be read by root alone'; fi
  pass
}

# hashes: of what kind they are (crypt(5)). The hash itself goes nowhere.
hashes() {
  local name hash kind
  while IFS=: read -r name hash _; do
    hash=${hash#!}
    hash=${hash#!}
    case $hash in
      \$1\$* | \$md5*) kind=MD5 ;;
      \$3\$*) kind=NT ;;
      \$sha1\$*) kind=SHA-1 ;;
      \$* | '*'* | '') continue ;;
      _*) kind=BSDi-DES ;;
      *) if [[ $hash =~ ^[./0-9A-Za-z]{13,}$ ]]; then kind=DES; else continue; fi ;;
    esac
    fail "account:$name" "the password of $name is kept as $kind"
  done <"$ROOT/etc/shadow"
}

# Passwords that are there must be chosen anew by who knows them.
fix() {
  local method=yescrypt own=SHA512
  [ "$OS_FAMILY" = rhel ] && method=sha512
  # What the package brings: shadow before 4.9 (Ubuntu 22.04) takes YESCRYPT for a mistake, and falls back to DES.
  [ "$OS_ID" = amzn ] && method=yescrypt own=YESCRYPT
  case $1 in
    /etc/login.defs)
      sed -E "s/^([[:space:]]*ENCRYPT_METHOD[[:space:]]+)[^[:space:]]+/\1$own/" "$ROOT$1" | set_file "$ROOT$1"
      ;;
    /etc/pam.d/*)
      if [ -L "$ROOT$1" ]; then
        by_hand 'authselect writes this file: authselect apply-changes, or put the word right in the profile that it goes by'
        return
      fi
      sed -E "/^[[:space:]]*-?password[[:space:]].*pam_unix\.so/s/\b(md5|bigcrypt|des)\b/$method/" "$ROOT$1" | set_file "$ROOT$1"
      ;;
    *) by_hand 'who knows the password has to choose it anew: chage -d 0 NAME' ;;
  esac
}

undo() {
  put_back
}
