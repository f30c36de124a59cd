# policyuniverse, which says of AWS policies whether the Internet gets in: the peer of bench/buckets-evaluator. Sourced.
#
#   policyuniverse 1.5.1.20231109 from PyPI    in a virtual environment of its own

readonly POLICYUNIVERSE='policyuniverse==1.5.1.20231109'
readonly policyuniverse_folder="$services/policyuniverse"

install_policyuniverse() {
  if has_packages "$policyuniverse_folder" "$POLICYUNIVERSE"; then say "$POLICYUNIVERSE is there"; return; fi
  fetch_packages "$policyuniverse_folder" "$POLICYUNIVERSE"
}

install_policyuniverse
"$policyuniverse_folder/bin/python" -c 'from policyuniverse.policy import Policy' \
  || die "$policyuniverse_folder does not hold policyuniverse"
say "policyuniverse    $policyuniverse_folder/bin/python"
