# dig, which asks servers of names, for the tests that must see it do so. Sourced.

readonly DIG='1:9.18.*'

install_dig() {
  if [ -x /usr/bin/dig ]; then say 'dig is there'; return; fi
  apt_install "bind9-dnsutils=$DIG" || die 'could not install bind9-dnsutils'
}

install_dig
