# Redis, by which several servers hear of each other. Sourced.
#
# Debian's, unpacked and not installed: an installed one would serve the whole machine. It serves on a free port of the
# loopback address and keeps nothing; .services/redis.endpoint names it.

readonly REDIS='5:7.0.15*'
readonly REDIS_PACKAGES=("redis-server=$REDIS" "redis-tools=$REDIS" libatomic1 libjemalloc2 liblua5.1-0 liblzf1 lua-bitop lua-cjson)
readonly redis_folder="$services/redis"

redis_version() { "$redis_folder/redis-server" --version 2>/dev/null | sed -n 's/^Redis server v=\([0-9.]*\).*/\1/p'; }

fetch_redis() {
  if [ "$(redis_version)" = 7.0.15 ]; then say 'Redis 7.0.15 is there'; return; fi
  unpack_packages "$redis_folder" "${REDIS_PACKAGES[@]}"
  write_starter "$redis_folder" usr/bin/redis-server libjemalloc.so.2
}

# Any answer that only Redis gives will do.
redis_answers() {
  with_node -e '
    const { hostname, port } = new URL(process.argv[1]);
    const socket = require("node:net").connect({ host: hostname, port: Number(port) }, () => socket.write("PING\r\n"));
    socket.setTimeout(5000, () => socket.destroy(new Error("no answer")));
    socket.once("data", (bytes) => process.exit(bytes.toString() === "+PONG\r\n" ? 0 : 1));
    socket.once("error", () => process.exit(1));
  ' "$1" 2>/dev/null
}

start_redis() {
  if still_answers redis Redis redis_answers; then return; fi
  stop_service redis
  local port
  port=$(free_port)
  run_service redis "Redis $(redis_version)" redis_answers "$redis_folder" "redis://127.0.0.1:$port" \
    "$redis_folder/redis-server" --bind 127.0.0.1 --port "$port" --save '' --appendonly no
}

fetch_redis
[ "$(redis_version)" = 7.0.15 ] || die "expected Redis 7.0.15, found \"$(redis_version)\""
start_redis
