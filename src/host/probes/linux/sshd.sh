#!/usr/bin/env bash
# $FACTS/sshd: how the SSH server would act, as it says itself. No file: there is no server. sshd.error: it
# could not be asked; what it said.

has sshd || return 0
config=$ROOT/etc/ssh/sshd_config
# The folder is made when the service starts; a server that listens by socket may never have been started.
[ -d /run/sshd ] || { [ "$IS_ROOT" = 1 ] && mkdir -m 0755 /run/sshd 2>/dev/null; }
# Keywords come in lower case; paths must stay as they are.
if sshd -T -f "$config" >"$FACTS/sshd.new" 2>"$FACTS/sshd.error"; then
  mv -- "$FACTS/sshd.new" "$FACTS/sshd"
  rm -f -- "$FACTS/sshd.error"
else
  rm -f -- "$FACTS/sshd.new"
fi
