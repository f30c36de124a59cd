# id: CRD-02
# title: A file that holds credentials can be read by others
# severity: high
# rationale: These files hold keys and passwords in clear, for programs to find them. With wider rights than their owner's
#   every account of this machine, and whatever breaks into one, has them too.
# references: ATT&CK T1552.001
# needs: root for homes of other people
# fix: A
# remedy: Run chmod 600 on the file. If others could read it for long, take the key back and make a new one.
# timeout: 10 s

FILES=(.aws/credentials .config/gcloud/application_default_credentials.json .config/gcloud/credentials.db
  .config/gcloud/access_tokens.db .azure/msal_token_cache.json .azure/accessTokens.json .azure/service_principal_entries.json
  .kube/config .docker/config.json .config/containers/auth.json .my.cnf .mylogin.cnf .pgpass .netrc .git-credentials .s3cfg .boto
  .config/rclone/rclone.conf .config/gh/hosts.yml .config/hub .npmrc .pypirc .vault-token .terraform.d/credentials.tfrc.json
  .config/doctl/config.yaml .ssh/config.secret .fetchmailrc .msmtprc .config/openstack/clouds.yaml)

detect() {
  local home file mode path closed
  local -a there=()
  while IFS=: read -r _ _ _ _ _ home _; do
    case $home in /?*) ;; *) continue ;; esac
    for file in "${FILES[@]}"; do
      if [ -f "$ROOT$home/$file" ]; then there+=("$ROOT$home/$file"); fi
    done
  done < <(accounts | sort -t: -u -k6,6)
  [ "$IS_ROOT" = 1 ] || unknown 'homes of other people' 'homes that are closed cannot be looked into without root'
  if [ ${#there[@]} -eq 0 ]; then
    pass
    return
  fi
  while read_fields mode path; do
    ((8#$mode & 8#077)) || continue
    holds_secret "$path" || continue
    # A folder above it that is closed keeps others out, until somebody opens that.
    closed=$(closed_above "$path")
    if [ -n "$closed" ]; then
      fail -s low "${path#"$ROOT"}" "its mode is $mode; only that of $closed keeps others out"
    elif ((8#$mode & 8#007)); then
      fail "${path#"$ROOT"}" "everybody can read or change it (mode $mode)"
    else
      fail -s medium "${path#"$ROOT"}" "its group can read or change it (mode $mode)"
    fi
  done < <(stat -L --printf '%a\0%n\0' -- "${there[@]}" 2>/dev/null)
  pass
}

# Some of them are written without any secret as well.
holds_secret() {
  case $1 in
  */.docker/config.json | */auth.json) grep -qE -D skip '"(auth|identitytoken|registrytoken)"' -- "$1" ;;
  */.npmrc) grep -qE -D skip '(_authToken|_password|_auth)[[:space:]]*=' -- "$1" ;;
  */.my.cnf | */.pypirc | */.fetchmailrc | */.msmtprc) grep -qiE -D skip 'pass(word)?[[:space:]]*[=:"'\'' ]' -- "$1" ;;
  */.netrc) grep -qE -D skip '(^|[[:space:]])password[[:space:]]' -- "$1" ;;
  *) [ -s "$1" ] ;;
  esac
}

closed_above() {
  local folder=${1%/*} mode
  while [ "$folder" != "$ROOT" ] && [ -n "$folder" ]; do
    mode=$(stat -c %a -- "$folder") || return
    if ! ((8#$mode & 8#011)); then
      printf '%s\n' "${folder#"$ROOT"}"
      return
    fi
    folder=${folder%/*}
  done
}

fix() { set_mode "$ROOT$1" 0600; }

undo() { put_back; }
