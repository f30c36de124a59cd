# What the parts share that start a server. Sourced; expects $root and $services.
#
# A server NAME leaves NAME.endpoint (its address), NAME.pid and NAME.log in .services/. Ports are free ones of the moment.

with_node() { "$root/node_modules/.bin/node" "$@"; }

free_port() {
  with_node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# Stops the server NAME when one runs; its data goes with it.
stop_service() {
  local pid_file="$services/$1.pid" pid try
  rm -f "$services/$1.endpoint"
  [ -f "$pid_file" ] || return 0
  pid=$(cat "$pid_file")
  rm -f "$pid_file"
  # The number may have gone to another program since: only what was started here works in this folder.
  case "$(readlink "/proc/$pid/cwd" 2>/dev/null)" in
    "$services"*) ;;
    *) return 0 ;;
  esac
  kill "$pid" 2>/dev/null || return 0
  for try in $(seq 40); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.25
  done
  kill -9 "$pid" 2>/dev/null || true
}

# still_answers NAME SHOWN ANSWERS: whether the server that was started before takes requests, and says where.
# ANSWERS is called with an endpoint and succeeds where the right server is.
still_answers() {
  local endpoint
  endpoint=$(cat "$services/$1.endpoint" 2>/dev/null) && "$3" "$endpoint" || return 1
  say "$2 answers at $endpoint"
}

# run_service NAME SHOWN ANSWERS FOLDER ENDPOINT COMMAND...: starts COMMAND in FOLDER, which lies in .services/, and
# waits until it answers.
run_service() {
  local name=$1 shown=$2 answers=$3 folder=$4 endpoint=$5 try
  shift 5
  (
    cd "$folder"
    exec setsid nohup "$@" >"$services/$name.log" 2>&1 </dev/null
  ) &
  printf '%s\n' "$!" >"$services/$name.pid"
  for try in $(seq 120); do
    if "$answers" "$endpoint"; then
      printf '%s\n' "$endpoint" >"$services/$name.endpoint"
      say "$shown    $endpoint"
      return
    fi
    kill -0 "$(cat "$services/$name.pid")" 2>/dev/null || break
    sleep 0.25
  done
  tail -n 20 "$services/$name.log" >&2
  die "$shown did not start, see $services/$name.log"
}

# Needs no key: a bucket that is not there is told in XML by whoever speaks S3.
s3_answers() {
  with_node -e '
    const reply = await fetch(`${process.argv[1]}/holdfast-is-anybody-there`, { signal: AbortSignal.timeout(5000) });
    if (!(await reply.text()).includes("<Error>")) throw new Error("no S3");
  ' --input-type=module "$1" 2>/dev/null
}
