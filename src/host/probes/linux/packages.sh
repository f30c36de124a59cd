#!/usr/bin/env bash
# What packages brought: $FACTS/packages/files, the paths, one a line and sorted, in both spellings where /bin, /lib and
# /sbin are links into /usr; and $FACTS/packages/list, `name version` a line.

out=$FACTS/packages
mkdir -p -- "$out"

dpkg_files() {
  local info=$ROOT/var/lib/dpkg/info
  [ -d "$info" ] || return 1
  find "$info" -name '*.list' -exec cat -- {} +
  # Where another package's file of the same name was put aside, as `original, new name, package`.
  awk 'NR % 3 != 0' "$ROOT/var/lib/dpkg/diversions" 2>/dev/null
  # Links that update-alternatives makes: the second line of each file is the link, and so is every third after a name.
  awk 'FNR > 1 && /^\// && !/\/etc\/alternatives\// { print }' "$ROOT"/var/lib/dpkg/alternatives/* 2>/dev/null
  # shellcheck disable=SC2012
  ls -1 "$ROOT/etc/alternatives" 2>/dev/null | sed 's|^|/etc/alternatives/|'
  return 0
}

both_spellings() {
  local merged=''
  local each
  for each in bin sbin lib lib32 lib64 libx32; do
    [ -L "$ROOT/$each" ] && merged="$merged $each"
  done
  awk -v merged="$merged" '
    BEGIN { count = split(merged, names, " "); for (i = 1; i <= count; i++) is[names[i]] = 1 }
    /^\// {
      print
      split($0, parts, "/")
      if (parts[2] == "usr" && (parts[3] in is)) print substr($0, 5)
      else if (parts[2] in is) print "/usr" $0
    }'
}

case $PKG in
dpkg)
  dpkg_files | both_spellings | sort -u >"$out/files.new" || exit 1
  awk '
    /^Package: / { name = $2 }
    /^Status: / { installed = ($4 == "installed") }
    /^Version: / { version = $2 }
    /^$/ { if (installed) print name, version; installed = 0 }
    END { if (installed) print name, version }
  ' "$ROOT/var/lib/dpkg/status" | sort >"$out/list.new" || exit 1
  ;;
rpm)
  rpm ${ROOT:+--root "$ROOT"} -qa --qf '[%{FILENAMES}\n]' | both_spellings | sort -u >"$out/files.new" || exit 1
  rpm ${ROOT:+--root "$ROOT"} -qa --qf '%{NAME} %{EVR}\n' | sort >"$out/list.new" || exit 1
  ;;
*) exit 1 ;;
esac
mv -- "$out/list.new" "$out/list"
mv -- "$out/files.new" "$out/files"
