# ShellCheck, which reads the scripts of the host scan. Sourced.

install_shellcheck() {
  command -v shellcheck >/dev/null 2>&1 || apt_install shellcheck || die 'could not install shellcheck'
  say "ShellCheck $(shellcheck --version | sed -n 's/^version: //p')"
}

install_shellcheck
