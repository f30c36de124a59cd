# What looks like a secret, for the checks that look for leaked ones. Sourced by them. Nothing here prints one: what is
# told is its kind, where it stands, and a fingerprint.

# secret_patterns RULES...: prepares what secret_lines looks for.
secret_patterns() {
  local rules
  for rules; do patterns_of "$rules"; done >"$WORK/secret-patterns"
}

# secret_lines: of the files on stdin, each ended by NUL, what a pattern fits, as FILE NUL NUMBER:TEXT. At most 50 lines of
# a file; queues and devices are left alone.
secret_lines() {
  xargs -0 -r grep -aEonHZ -m 50 -D skip -d skip -f "$WORK/secret-patterns" -- /dev/null 2>/dev/null
}

# is_secret RULES TEXT: sets KIND, and SECRET to the part of TEXT that it is in. What stands in for a secret in templates and
# documents is none.
is_secret() {
  first_rule "$1" "$2" || return 1
  KIND=$RULE SECRET=${BASH_REMATCH[0]}
  stands_in "$SECRET" && return 1
  case $KIND in
    'AWS access key id') ;;
    'AWS secret access key') [[ $SECRET =~ [A-Za-z0-9/+]{40} ]] && is_random "${BASH_REMATCH[0]}" ;;
    *address\ with*) is_password "$SECRET" ;;
    'private key' | password* | passphrase | 'Google Cloud service account key') ;;
    *) is_varied "$SECRET" 10 ;;
  esac
}

stands_in() {
  [[ $1 =~ (EXAMPLE|[Ee]xample[^a-z]|\$\{|\$\(|\{\{|%\(|<[A-Za-z_-]+>|[xX]{6}|\*{4}|0{12}|1234567890|[Yy][Oo][Uu][Rr][-_]|[Cc][Hh][Aa][Nn][Gg][Ee][-_]?[Mm][Ee]|[Pp][Ll][Aa][Cc][Ee][Hh][Oo][Ll][Dd]|[Rr][Ee][Dd][Aa][Cc][Tt]|[Dd][Uu][Mm][Mm][Yy]) ]]
}

# is_password ADDRESS: what stands between : and @ there is none of the words that documents put there.
is_password() {
  local word=${1%@*}
  word=${word##*:}
  case ${word,,} in
  pass | passwd | password | password1 | passw0rd | pwd | secret | user | username | root | admin | test | guest | postgres | mysql | mariadb | mongo | redis | rabbitmq | changeit | example | token | pass1234 | mypassword | userpassword | dbpassword | db_password | password123 | \$* | %s | \[*\] | ...*) return 1 ;;
  esac
}

# is_random 40CHARACTERS: as a generator makes them; a hash in hexadecimal, a path and a word are not.
is_random() {
  [[ $1 =~ [A-Z] && $1 =~ [a-z] && $1 =~ [0-9] ]] && is_varied "$1" 18
}

# is_varied TEXT NUMBER: it is made of at least so many different characters.
is_varied() {
  local -A seen=()
  local at
  for ((at = 0; at < ${#1}; at++)); do seen[x${1:at:1}]=1; done
  [ ${#seen[@]} -ge "$2" ]
}

# account_of KEYID: the AWS account that the id of an access key names: 40 of the 50 bits that follow its prefix, in base32.
account_of() {
  local alphabet=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567 at before value=0
  for ((at = 4; at < 14; at++)); do
    before=${alphabet%%"${1:at:1}"*}
    value=$(((value << 5) | ${#before}))
  done
  printf '%012d\n' $((((value >> 2) & 0x7fffffffff80) >> 7))
}
