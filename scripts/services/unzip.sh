# Programs that open the zips of folders. Sourced.

# Any version will do, python3 is there with Debian's pip.
install_unzip() {
  if command -v unzip >/dev/null 2>&1 && command -v python3 >/dev/null 2>&1; then say "unzip is there"; return; fi
  apt_install unzip python3 || die 'could not install unzip and python3'
}

install_unzip
