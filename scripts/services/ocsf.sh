# The schema of OCSF, every version of it, as other people made JSON Schema of it, and a validator. Sourced.
#
#   ocsf-json-schema 1.2.0 and jsonschema 4.26.0 from PyPI    in a virtual environment of their own

readonly OCSF_PACKAGES=(ocsf-json-schema==1.2.0 jsonschema==4.26.0)
readonly ocsf_folder="$services/ocsf"

install_ocsf() {
  if has_packages "$ocsf_folder" "${OCSF_PACKAGES[@]}"; then
    say "${OCSF_PACKAGES[*]} are there"
    return
  fi
  fetch_packages "$ocsf_folder" "${OCSF_PACKAGES[@]}"
}

# What counts is what runs, not what an installer said.
check_ocsf() {
  "$ocsf_folder/bin/python" -c '
from ocsf_json_schema import get_packaged_versions
assert any("1.6.0" in version for version in get_packaged_versions())
import jsonschema' || die "$ocsf_folder does not hold the schema of OCSF 1.6.0"
  say "OCSF 1.6.0    $ocsf_folder/bin/python"
}

install_ocsf
check_ocsf
