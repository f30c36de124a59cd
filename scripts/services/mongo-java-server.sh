# A server of MongoDB's protocol, in memory: MongoDB itself is in no registry that these scripts fetch from. Sourced.
#
#   mongo-java-server 1.47.0   from Maven Central, as mongo-java-server/pom.xml says; needs a JDK and Maven
#
# It serves on a free port of the loopback address; .services/mongo-java-server.endpoint names it.

readonly MONGO_JAVA_SERVER='1.47.0'
readonly mongo_java_server="$services/mongo-java-server"

install_jdk() {
  if javac -version >/dev/null 2>&1 && mvn --version >/dev/null 2>&1; then say "$(javac -version 2>&1) is there"; return; fi
  # Its post-install script makes links under a folder that minimal systems leave out.
  as_root mkdir -p /usr/share/man/man1
  apt_install openjdk-17-jdk-headless maven || die 'could not install openjdk-17-jdk-headless and maven'
}

build_mongo_java_server() {
  local sources="$root/scripts/services/mongo-java-server" folder="$mongo_java_server.new" state
  state=$(cat "$sources/pom.xml" "$sources/Serve.java" | sha256sum)
  if [ "$(cat "$mongo_java_server/built-from" 2>/dev/null)" = "$state" ]; then
    say "mongo-java-server $MONGO_JAVA_SERVER is there"
    return
  fi
  say "fetching mongo-java-server $MONGO_JAVA_SERVER"
  rm -rf "$folder"
  mkdir -p "$folder/classes"
  retry mvn --batch-mode --quiet --strict-checksums --file "$sources/pom.xml" dependency:copy-dependencies \
    "-DoutputDirectory=$folder/jars" || die "could not fetch mongo-java-server $MONGO_JAVA_SERVER"
  [ -f "$folder/jars/mongo-java-server-$MONGO_JAVA_SERVER.jar" ] || die "expected mongo-java-server $MONGO_JAVA_SERVER"
  javac -cp "$folder/jars/*" -d "$folder/classes" "$sources/Serve.java" || die 'could not compile Serve.java'
  printf '%s\n' "$state" >"$folder/built-from"
  stop_service mongo-java-server
  rm -rf "$mongo_java_server"
  # Last, so that a folder of this name is a whole one.
  mv "$folder" "$mongo_java_server"
}

# Any answer that only MongoDB gives will do.
mongo_answers() {
  (cd "$root" && with_node --input-type=module -e '
    import { MongoClient } from "mongodb";
    const client = new MongoClient(process.argv[1], { serverSelectionTimeoutMS: 5000 });
    await client.db("admin").command({ ping: 1 });
    await client.close();
  ' "$1") 2>/dev/null
}

start_mongo_java_server() {
  if still_answers mongo-java-server mongo-java-server mongo_answers; then return; fi
  stop_service mongo-java-server
  local port
  port=$(free_port)
  run_service mongo-java-server "mongo-java-server $MONGO_JAVA_SERVER" mongo_answers "$mongo_java_server" \
    "mongodb://127.0.0.1:$port" java -Xmx512m -cp 'classes:jars/*' Serve "$port"
}

install_jdk
build_mongo_java_server
start_mongo_java_server
