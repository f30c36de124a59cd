# id: BKD-05
# title: A file that starts with the machine or with a login does what back doors do
# severity: high
# rationale: rc.local, /etc/profile.d, the rc files of shells, init scripts, rules of udev and autostart files are run
#   without anybody asking. A line in them that downloads, unpacks or hides what it starts is how an intruder comes back.
# references: ATT&CK T1037.004; ATT&CK T1546.004; ATT&CK T1547.013
# needs: root for the homes of other people
# facts: packages
# fix: M
# remedy: Read the line. If nobody knows it, take it out of the file, log in anew, and look at what it has started.
# timeout: 10 s

COMMANDS=${BASH_SOURCE[0]%/*}/commands.tsv

detect() {
  local file line text closed=0
  local -A bad=() lines=()
  while IFS= read -r -d '' file; do
    [ -r "$file" ] || closed=$((closed + 1))
  done < <(starters)
  while IFS= read -r -d '' file && IFS= read -r line; do
    text=${line#*:}
    [[ $text =~ ^[[:space:]]*# ]] && continue
    command_of "$file" || continue
    first_rule "$COMMANDS" "$text" || continue
    # Shells are set up from hidden files of the same home: that is what those are for.
    case "$RULE:$file" in 'runs a hidden program:'*/.config/autostart/*) ;; 'runs a hidden program:'*/.[a-z]*) continue ;; esac
    bad[$file]=${bad[$file]-$RULE}
    lines[$file]=${lines[$file]+${lines[$file]}, }${line%%:*}
  done < <(starters | lines_like_rules "$COMMANDS")
  for file in "${!bad[@]}"; do
    fail "${file#"$ROOT"}" "it ${bad[$file]} (line ${lines[$file]})"
  done
  pass
  [ $closed -eq 0 ] || unknown 'homes of other people' "$closed files that start with a login cannot be read"
  [ "$IS_ROOT" = 1 ] || unknown 'homes of other people' 'homes that are closed cannot be looked into without root'
}

# The command in a rule of udev and in an autostart file.
command_of() {
  case $1 in
  */rules.d/*) [[ $text =~ (RUN|PROGRAM|IMPORT)(\{[a-z]*\})?\+?=\"([^\"]*) ]] && text=${BASH_REMATCH[3]} ;;
  *.desktop) [[ $text =~ ^Exec=(.*) ]] && text=${BASH_REMATCH[1]} ;;
  esac
}

starters() {
  local home file
  {
    find "$ROOT"/etc/{rc.local,profile,bash.bashrc,bashrc,environment,profile.d,init.d,rc.d,update-motd.d,zsh,X11/Xsession.d,xdg/autostart,udev/rules.d,apt/apt.conf.d,NetworkManager/dispatcher.d,network/if-up.d} \
      "$ROOT"/run/udev/rules.d -maxdepth 2 -type f -print0 2>/dev/null
    while IFS=: read -r _ _ _ _ _ home _; do
      case $home in /?*) ;; *) continue ;; esac
      for file in .bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile .zlogin \
        .xprofile .xinitrc .xsession .vimrc .config/fish/config.fish .ssh/rc; do
        if [ -f "$ROOT$home/$file" ]; then printf '%s\0' "$ROOT$home/$file"; fi
      done
      for file in "$ROOT$home"/.config/autostart/*.desktop; do
        if [ -f "$file" ]; then printf '%s\0' "$file"; fi
      done
    done < <(accounts)
  } | sort -zu
}
