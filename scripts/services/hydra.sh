# hydra, which tries passwords, for the tests that must see it do so. Sourced.

readonly HYDRA='9.4-*'

install_hydra() {
  if [ -x /usr/bin/hydra ]; then say 'hydra is there'; return; fi
  apt_install "hydra=$HYDRA" || die 'could not install hydra'
}

install_hydra
