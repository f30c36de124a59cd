# An S3 server of another family than Ceph: a gateway onto a plain folder. Sourced.
#
#   versitygw 1.8.0 from source    on a free port of the loopback address; .services/versitygw.endpoint names it
#
# Keeps attributes of objects as extended attributes of files, which its folder must take.
# The keys are for tests alone: access key holdfasttest, secret holdfast-secret.

readonly VERSITYGW='v1.8.0'
readonly versitygw_folder="$services/versitygw"

install_versitygw() {
  local go built="$services/bin/versitygw.version"
  if [ -x "$services/bin/versitygw" ] && [ "$(cat "$built" 2>/dev/null)" = "$VERSITYGW" ]; then
    say "versitygw $VERSITYGW is there"
    return
  fi
  go=$(usable_go)
  say "building versitygw $VERSITYGW with $("$go" env GOVERSION)"
  retry env GOBIN="$services/bin" GOTOOLCHAIN=local GOFLAGS=-buildvcs=false CGO_ENABLED=0 \
    "$go" install "github.com/versity/versitygw/cmd/versitygw@$VERSITYGW" || die "could not build versitygw $VERSITYGW"
  printf '%s\n' "$VERSITYGW" >"$built"
}

# Without versioning: Ceph shows how that is, and here it can be seen how it is without.
start_versitygw() {
  if still_answers versitygw versitygw s3_answers; then return; fi
  stop_service versitygw
  rm -rf "$versitygw_folder"
  mkdir -p "$versitygw_folder/objects"
  local port
  port=$(free_port)
  run_service versitygw "versitygw $VERSITYGW" s3_answers "$versitygw_folder" "http://127.0.0.1:$port" \
    env ROOT_ACCESS_KEY=holdfasttest ROOT_SECRET_KEY=holdfast-secret \
    "$services/bin/versitygw" --quiet --keep-alive --port "127.0.0.1:$port" posix "$versitygw_folder/objects"
}

install_versitygw
start_versitygw
