# patch, which the tests give the differences of texts that the host guard shows. Sourced.

install_patch() {
  if command -v patch >/dev/null 2>&1; then say 'patch is there'; return; fi
  apt_install 'patch=2.7.6*' || die 'could not install patch'
}

install_patch
