# What checks CloudFormation templates. Sourced.
#
#   cfn-guard 3.1.1 with AWS's Control Tower rules    both lie inside an npm package of the CDK; needs glibc and x86-64
#
# cfn-lint comes with moto, in the same virtual environment.

readonly CFN_GUARD='@cdklabs/cdk-validator-cfnguard@0.0.62'
readonly CFN_GUARD_SHA512='4a0da4f34ebb07400827cd901522e11d3508ab13984ca001bd5ad31e2c9cea3d2b136347962d9d88862a7fec3e0e4b8328261880c20e81adcead830e1d4c3499'
readonly cfn_guard="$services/cfn-guard"

fetch_cfn_guard() {
  if [ "$(cat "$cfn_guard/installed" 2>/dev/null)" = "$CFN_GUARD" ]; then say "$CFN_GUARD is there"; return; fi
  local folder archive
  folder="$cfn_guard.new"
  rm -rf "$folder" "$cfn_guard"
  mkdir -p "$folder"
  say "fetching $CFN_GUARD"
  archive="$folder/$(cd "$folder" && retry npm pack --silent "$CFN_GUARD" | tail -n 1)"
  printf '%s  %s\n' "$CFN_GUARD_SHA512" "$archive" | sha512sum --check --quiet || die "$archive is not what was expected"
  tar -xzf "$archive" -C "$folder" --strip-components=1 package/bin/ubuntu package/rules/control-tower/cfn-guard
  rm "$archive"
  "$folder/bin/ubuntu/x86_64/cfn-guard" --version >/dev/null || die 'cfn-guard does not run here'
  printf '%s\n' "$CFN_GUARD" >"$folder/installed"
  # Last, so that a folder of this name is a whole one.
  mv "$folder" "$cfn_guard"
}

fetch_cfn_guard
