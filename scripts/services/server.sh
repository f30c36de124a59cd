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

# Needs no key: a bucket that is not there is told in XML by whoever speaks S3.
s3_answers() {
  with_node -e '
    const reply = await fetch(`${process.argv[1]}/holdfast-is-anybody-there`, { signal: AbortSignal.timeout(5000) });
    if (!(await reply.text()).includes("<Error>")) throw new Error("no S3");
  ' --input-type=module "$1" 2>/dev/null
}
