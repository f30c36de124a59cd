# id: CRD-06
# title: The metadata service gives keys to whoever asks without a token
# severity: high
# rationale: An instance of EC2 hands out the keys of its role at 169.254.169.254. In its first version (IMDSv1) a plain GET
#   is enough, which a flaw in a web application can be made to send; the second one asks for a token first.
# references: ATT&CK T1552.005; AWS FSBP EC2.8
# needs: nothing
# fix: M
# remedy: Run aws ec2 modify-instance-metadata-options --instance-id ID --http-tokens required. Look first whether something
#   on this machine still asks without a token (the metric MetadataNoToken in CloudWatch).
# timeout: 5 s

ADDRESS=169.254.169.254

detect() {
  local status
  if ! is_ec2; then
    not_applicable 'this is no instance of EC2'
    return
  fi
  # Where the tests answer.
  if have_fact metadata-address; then ADDRESS=$(<"$FACTS/metadata-address"); fi
  status=$(ask)
  case $status in
  200) fail imds:v1 'it answers 200 to a GET without a token' ;;
  401 | 403) pass imds:v1 "it answers $status to a GET without a token" ;;
  '') unknown imds:v1 'it does not answer: it is switched off, or only out of reach from here and now' ;;
  *) unknown imds:v1 "it answers $status to a GET without a token" ;;
  esac
}

# As the firmware says; nothing is asked for that.
is_ec2() {
  local file text
  for file in sys_vendor bios_vendor board_vendor; do
    { IFS= read -r text <"$ROOT/sys/class/dmi/id/$file"; } 2>/dev/null || continue
    case $text in 'Amazon EC2'*) return 0 ;; esac
  done
  { IFS= read -r text <"$ROOT/sys/hypervisor/uuid"; } 2>/dev/null || return 1
  case $text in ec2* | EC2*) return 0 ;; *) return 1 ;; esac
}

# The status of one GET of what is no secret. At most a second: off EC2 nobody says that there is nobody.
ask() {
  # shellcheck disable=SC2016 # for the inner shell
  timeout 1 bash -c '
    exec 3<>"/dev/tcp/${1%:*}/${2}" || exit
    printf "GET /latest/meta-data/ HTTP/1.0\r\nHost: %s\r\n\r\n" "$1" >&3
    read -r _ status _ <&3
    printf "%s\n" "$status"
  ' ask "$ADDRESS" "$(case $ADDRESS in *:*) echo "${ADDRESS##*:}" ;; *) echo 80 ;; esac)" 2>/dev/null
}
