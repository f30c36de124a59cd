# Shells whose completion of our command lines is tested; bash is there. Sourced.

install_shells() {
  if command -v zsh >/dev/null 2>&1 && command -v fish >/dev/null 2>&1; then say "zsh and fish are there"; return; fi
  apt_install zsh fish || die 'could not install zsh and fish'
}

install_shells
