# id: PRC-02
# title: A program runs from a folder for passing files or from a hidden one
# severity: high
# rationale: Programs that belong to a machine lie in /usr or /opt. What breaks in has to put its program where everybody
#   can write, and hides it there. Tools that people keep in hidden folders of their homes are known by name.
# references: ATT&CK T1036.005; ATT&CK T1564.001
# needs: root for processes of other people
# facts: processes
# fix: G
# cuts: The process stands still until it is let go on. Whoever waits for it waits.
# remedy: Ask the owner of the account. If nobody knows it, keep a copy of the program and of its connections (ss -tupn),
#   then end the process and remove the file.
# timeout: 10 s

detect() {
  need_facts processes || return
  local -A told=()
  each_process judge
  pass
}

judge() {
  local path=${exe#"$ROOT"} severity=high why
  [ "$kernel" = 0 ] && [ -n "$exe" ] || return
  case $path in
  /memfd:*) return ;;
  /tmp/.mount_*) return ;;
  /tmp/* | /var/tmp/* | /dev/shm/* | /run/shm/*) why='runs from a folder that everybody can write to' ;;
  /dev/*) why='runs from among the devices' ;;
  */.*)
    is_known "$path" && return
    # Whoever may write to /usr or /etc is root already, and hides from other admins.
    case $path in /home/* | /root/*) severity=medium ;; esac
    why='runs from a hidden folder, or is hidden itself'
    ;;
  *)
    is_hidden_place "$cwd" || return
    severity=low path=$path:$cwd
    why="works in $cwd"
    ;;
  esac
  [ -n "${told[$path$stopped]-}" ] && return
  told[$path$stopped]=1
  fail_process -s "$severity" "process:$path" "it $why (pid $pid, account $uid)"
}

# Where nobody works who does not hide; many programs work in /tmp itself.
is_hidden_place() {
  case $1 in
  /dev/shm/.*) return 0 ;;
  /tmp/.mount_* | /tmp/.X11-unix*) return 1 ;;
  /tmp/.* | /tmp/*/.* | /var/tmp/.* | /var/tmp/*/.* | /dev/shm/*/.*) return 0 ;;
  *) return 1 ;;
  esac
}

# Hidden folders in homes where tools keep programs.
is_known() {
  case $1 in
  */.local/* | */.cache/* | */.config/* | */.nvm/* | */.npm/* | */.cargo/* | */.rustup/* | */.pyenv/* | */.rbenv/* | */.rvm/*) ;;
  */.asdf/* | */.sdkman/* | */.volta/* | */.bun/* | */.deno/* | */.dotnet/* | */.gradle/* | */.m2/* | */.vscode*/* | */.cursor*/*) ;;
  */.windsurf*/* | */.jetbrains*/* | */.steam/* | */.var/app/* | */.venv/* | */.virtualenvs/* | */.tox/* | */.pnpm/* | */.yarn/*) ;;
  */.conda/* | */.mamba/* | */.go/* | */.ghcup/* | */.opam/* | */.nix-profile/* | */.linuxbrew/* | */.docker/* | */.krew/*) ;;
  */.fnm/* | */.nodenv/* | */.jenkins/* | */.dropbox-dist/* | */.mozilla/* | */.wine/* | */.acme.sh/* | */.uv/* | */.rye/* | */.mise/*) ;;
  *) return 1 ;;
  esac
}

fix() {
  local wanted=${1#process:}
  each_process stop
}

stop() { case $wanted in "${exe#"$ROOT"}" | "${exe#"$ROOT"}:$cwd") signal_process "$pid" "$start_s" STOP ;; esac }

undo() { put_back; }
