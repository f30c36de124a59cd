# moto, which behaves like many services of AWS and keeps everything in memory. Sourced.
#
#   moto 5.2.5 from PyPI    in a virtual environment of its own, on a free port of the loopback address;
#                           .services/moto.endpoint names it
#
#   cfn-lint 1.58.0         in the same environment: checks templates, offline
#
# It takes any credentials. Stopping loses all that was stored.

readonly MOTO='5.2.5'
readonly CFN_LINT='1.58.0'
readonly moto_folder="$services/moto"

install_moto() {
  if has_packages "$moto_folder" "moto[server]==$MOTO" "cfn-lint==$CFN_LINT"; then say "moto $MOTO is there"; return; fi
  stop_service moto
  fetch_packages "$moto_folder" "moto[server]==$MOTO" "cfn-lint==$CFN_LINT"
}

moto_answers() {
  with_node -e '
    const reply = await fetch(`${process.argv[1]}/moto-api/data.json`, { signal: AbortSignal.timeout(5000) });
    if (typeof (await reply.json()) !== "object") throw new Error("no moto");
  ' --input-type=module "$1" 2>/dev/null
}

start_moto() {
  if still_answers moto moto moto_answers; then return; fi
  stop_service moto
  local port
  port=$(free_port)
  run_service moto "moto $MOTO" moto_answers "$moto_folder" "http://127.0.0.1:$port" \
    "$moto_folder/bin/moto_server" --host 127.0.0.1 --port "$port"
}

install_moto
start_moto
