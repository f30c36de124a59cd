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
  local endpoint_file="$services/versitygw.endpoint" endpoint try
  if [ -f "$endpoint_file" ] && s3_answers "$(cat "$endpoint_file")"; then
    say "versitygw answers at $(cat "$endpoint_file")"
    return
  fi
  stop_service versitygw
  rm -rf "$versitygw_folder"
  mkdir -p "$versitygw_folder/objects"
  endpoint="http://127.0.0.1:$(free_port)"
  (
    cd "$versitygw_folder"
    export ROOT_ACCESS_KEY=holdfasttest ROOT_SECRET_KEY=holdfast-secret
    exec setsid nohup "$services/bin/versitygw" --quiet --keep-alive --port "${endpoint#http://}" \
      posix "$versitygw_folder/objects" >"$services/versitygw.log" 2>&1 </dev/null
  ) &
  printf '%s\n' "$!" >"$services/versitygw.pid"
  for try in $(seq 60); do
    if s3_answers "$endpoint"; then
      printf '%s\n' "$endpoint" >"$endpoint_file"
      say "versitygw $VERSITYGW    $endpoint"
      return
    fi
    kill -0 "$(cat "$services/versitygw.pid")" 2>/dev/null || break
    sleep 0.25
  done
  tail -n 20 "$services/versitygw.log" >&2
  die "versitygw did not start, see $services/versitygw.log"
}

install_versitygw
start_versitygw
