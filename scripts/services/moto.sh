# moto, which behaves like many services of AWS and keeps everything in memory. Sourced.
#
#   moto 5.2.5 from PyPI    in a virtual environment of its own, on a free port of the loopback address;
#                           .services/moto.endpoint names it
#
# It takes any credentials. Stopping loses all that was stored.

readonly MOTO='5.2.5'
readonly moto_folder="$services/moto"

install_moto() {
  if [ "$(cat "$moto_folder/installed" 2>/dev/null)" = "$MOTO" ]; then say "moto $MOTO is there"; return; fi
  if ! /usr/bin/python3 -c 'import ensurepip' 2>/dev/null; then
    apt_install python3-venv || die 'could not install python3-venv'
  fi
  stop_service moto
  rm -rf "$moto_folder"
  say "fetching moto $MOTO"
  /usr/bin/python3 -m venv "$moto_folder" || die 'could not make a virtual environment of Python'
  retry "$moto_folder/bin/pip" install --quiet --disable-pip-version-check "moto[server]==$MOTO" \
    || die "could not fetch moto $MOTO with pip"
  # Last, so that it tells of a whole installation.
  printf '%s\n' "$MOTO" >"$moto_folder/installed"
}

moto_answers() {
  with_node -e '
    const reply = await fetch(`${process.argv[1]}/moto-api/data.json`, { signal: AbortSignal.timeout(5000) });
    if (typeof (await reply.json()) !== "object") throw new Error("no moto");
  ' --input-type=module "$1" 2>/dev/null
}

start_moto() {
  local endpoint_file="$services/moto.endpoint" endpoint try
  if [ -f "$endpoint_file" ] && moto_answers "$(cat "$endpoint_file")"; then
    say "moto answers at $(cat "$endpoint_file")"
    return
  fi
  stop_service moto
  endpoint="http://127.0.0.1:$(free_port)"
  (
    cd "$moto_folder"
    exec setsid nohup "$moto_folder/bin/moto_server" --host 127.0.0.1 --port "${endpoint##*:}" \
      >"$services/moto.log" 2>&1 </dev/null
  ) &
  printf '%s\n' "$!" >"$services/moto.pid"
  for try in $(seq 120); do
    if moto_answers "$endpoint"; then
      printf '%s\n' "$endpoint" >"$endpoint_file"
      say "moto $MOTO    $endpoint"
      return
    fi
    kill -0 "$(cat "$services/moto.pid")" 2>/dev/null || break
    sleep 0.25
  done
  tail -n 20 "$services/moto.log" >&2
  die "moto did not start, see $services/moto.log"
}

install_moto
start_moto
