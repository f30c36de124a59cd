# id: CRD-01
# title: A key of a cloud or a token lies in a file
# severity: high
# rationale: Whoever reads the file has the account: keys work from anywhere, for as long as nobody takes them back. Backups,
#   images and other accounts of the machine carry them on. A role of the machine needs no key at all.
# references: ATT&CK T1552.001
# needs: root for files of other people
# facts: files packages
# fix: M
# remedy: Take the key back where it was given out and make a new one if it is needed. Keep that in a secret store, or use a
#   role of the machine; in a file, let its owner alone read it (chmod 600).
# timeout: 30 s

RULES=${BASH_SOURCE[0]%/*}/credentials.tsv
# shellcheck source=/dev/null
. "${0%/*}/secrets.sh"
# A key and its secret stand at most so many lines apart.
NEAR_LINES=5
MOST_TOLD=3
# What package managers of languages bring, with the made-up keys of its own tests.
NOT_OURS='/(node_modules|site-packages|dist-packages|lib/python[0-9.]+|pkg/mod|\.cargo/registry|\.rustup|\.nvm|\.pyenv|\.rbenv|vendor|testdata)/'

detect() {
  local file line text
  need_facts files/credential-candidates packages/files || return
  local -A told=() count=() ids=() named=()
  secret_patterns "$RULES"
  while IFS= read -r -d '' file && IFS= read -r text; do
    line=${text%%:*} text=${text#*:}
    is_secret "$RULES" "$text" || continue
    case $KIND in
    'AWS access key id')
      [[ $text =~ (AKIA|ASIA)[A-Z2-7]{16} ]] && ids[$file]="${ids[$file]-} $line:${BASH_REMATCH[0]}"
      ;;
    'AWS secret access key')
      ids[$file]=${ids[$file]-}
      named[$file:$line]=1
      ;;
    *) tell_one "$file" "$line" "$KIND" "$SECRET" ;;
    esac
  done < <(ours credential-candidates | secret_lines)
  for file in "${!ids[@]}"; do look_pairs; done
  for file in "${!told[@]}"; do tell "$file"; done
  while IFS= read -r -d '' file; do
    unknown "${file#"$ROOT"}" 'it is larger than 1 MiB and was not read'
  done < <(ours credentials-too-large)
  [ "$IS_ROOT" = 1 ] || unknown 'files of other people' 'they cannot be read without root'
  pass
}

# ours LIST: the files of a list that no package of any kind brought, each ended by NUL.
ours() { sed -zn '0~7p' "$FACTS/files/$1" 2>/dev/null | grep -zvE "$NOT_OURS" | unowned; }

# A secret near the id of a key, or called a secret; anything else of 40 characters is a hash.
look_pairs() {
  local number text pair id
  while IFS=: read -r number text; do
    [[ $text =~ [A-Za-z0-9/+]{40} ]] || continue
    text=${BASH_REMATCH[0]} id=''
    is_random "$text" || continue
    for pair in ${ids[$file]}; do
      if ((number - ${pair%%:*} <= NEAR_LINES && ${pair%%:*} - number <= NEAR_LINES)); then id=${pair#*:}; fi
    done
    if [ -n "$id" ]; then
      tell_one "$file" "$number" "AWS access key of account $(account_of "$id")" "$text"
    elif [ -n "${named[$file:$number]-}" ]; then
      tell_one "$file" "$number" 'AWS secret access key' "$text"
    fi
  done < <(grep -aEno '(^|[^A-Za-z0-9/+])[A-Za-z0-9/+]{40}([^A-Za-z0-9/+=]|$)' -- "$file" 2>/dev/null | head -n 1000)
}

# tell_one FILE LINE KIND SECRET
tell_one() {
  count[$1]=$((${count[$1]-0} + 1))
  [ "${count[$1]}" -le $MOST_TOLD ] || return
  told[$1]="${told[$1]-}${told[$1]+, }$3 in line $2 ($(printf %s "$4" | fingerprint))"
}

tell() {
  local file=$1 shown=${1#"$ROOT"} mode severity=high more=''
  mode=$(stat -c %a -- "$file" 2>/dev/null) || return
  if ((8#$mode & 8#004)); then more=$more', and everybody can read it'; fi
  # Where a program keeps its own, closed to others: known to be there, and still a key on a disk.
  case $shown in
  */.aws/credentials | */gcloud/application_default_credentials.json | */.netrc | */.pgpass | */.git-credentials | */.npmrc | */.pypirc | */.my.cnf | */.s3cfg | */.boto | */rclone.conf | */.docker/config.json)
    if ! ((8#$mode & 8#077)); then severity=low; fi
    ;;
  esac
  [ "${count[$file]}" -le $MOST_TOLD ] || more=", and $((${count[$file]} - MOST_TOLD)) more$more"
  fail -s $severity "$shown" "${told[$file]}$more"
}
