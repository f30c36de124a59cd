# The schema of OCSF, every version of it, as other people made JSON Schema of it, and a validator. Sourced.
#
#   ocsf-json-schema 1.2.0 and jsonschema 4.26.0 from PyPI    in a virtual environment of their own

readonly OCSF_PACKAGES=(ocsf-json-schema==1.2.0 jsonschema==4.26.0)
readonly ocsf_folder="$services/ocsf"

install_ocsf() {
  if [ "$(cat "$ocsf_folder/installed" 2>/dev/null)" = "${OCSF_PACKAGES[*]}" ]; then
    say "${OCSF_PACKAGES[*]} are there"
    return
  fi
  if ! /usr/bin/python3 -c 'import ensurepip' 2>/dev/null; then
    apt_install python3-venv || die 'could not install python3-venv'
  fi
  rm -rf "$ocsf_folder"
  say "fetching ${OCSF_PACKAGES[*]}"
  /usr/bin/python3 -m venv "$ocsf_folder" || die 'could not make a virtual environment of Python'
  retry "$ocsf_folder/bin/pip" install --quiet --disable-pip-version-check "${OCSF_PACKAGES[@]}" \
    || die "could not fetch ${OCSF_PACKAGES[*]} with pip"
  # Last, so that it tells of a whole installation.
  printf '%s\n' "${OCSF_PACKAGES[*]}" >"$ocsf_folder/installed"
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
