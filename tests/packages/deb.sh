#!/bin/sh
# deb.sh FOLDER EXIFSIM - the .deb files of FOLDER: lintian has nothing against them; in a fresh system that mmdebstrap makes they are
# installed by apt, used, and removed without a trace. Needs root; 77: what it needs is not here.
#
# The fresh system comes from the machine's own sources of packages, with its own settings of apt.
. "$(dirname "$0")/common.sh"
folder=$(cd "$1" && pwd) exifsim=$(cd "$(dirname "$2")" && pwd)/exifsim
for tool in mmdebstrap lintian; do
    command -v $tool >/dev/null 2>&1 || { echo "skipped: $tool is not here (./dev package installs it)"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: a chroot needs root"; exit 77; }

# --- On paper ------------------------------------------------------------------------------------
found=$(lintian --allow-root --tag-display-limit 0 --fail-on none "$folder"/*.deb 2>&1 | grep '^[EWI]: ')
same "lintian" "$found" ""
version=$(dpkg-deb -f "$folder"/exifsim_*.deb Version)
same "the page for browsers is in the package" "$(dpkg-deb -c "$folder"/exifsim_*.deb | grep -c 'share/exifsim/web/page\.html$')" \
    "$([ -s "$root/build/web/page.html" ] && echo 1 || echo 0)"
for package in exifsim exifsim-view exifsim-doc; do
    file=$(ls "$folder/${package}"_*.deb)
    dpkg-deb -x "$file" "$work/$package"
    [ -s "$work/$package/usr/share/doc/$package/copyright" ] && good || bad "$package: no copyright file"
    gzip -t "$work/$package/usr/share/doc/$package/changelog.gz" 2>"$work/said" && good || bad "$package: $(cat "$work/said")"
    same "$package: pages that are not compressed" "$(find "$work/$package" -path '*/man/*' -type f ! -name '*.gz')" ""
    same "$package: first line of the description" "$(dpkg-deb -f "$file" Description | head -1 | wc -w | awk '{ print ($1 >= 3 && $1 <= 12) }')" 1
done
for library in libc6 libdw1 libedit2 libinih1 libjansson4 libprotobuf-c1 libsqlite3-0 libxxhash0 zlib1g; do
    dpkg-deb -f "$folder"/exifsim_*.deb Depends | grep -q "$library" && good || bad "exifsim does not depend on $library"
done
case $(dpkg-deb -f "$folder"/exifsim_*.deb Depends) in *[Ss][Dd][Ll]* | *cairo*) bad "the command depends on the window's libraries" ;; *) good ;; esac
dpkg-deb -f "$folder"/exifsim-view_*.deb Depends | grep -q "exifsim (= $version)" && good || bad "exifsim-view and exifsim need not fit"

# --- In a fresh system ---------------------------------------------------------------------------
chroot=$work/chroot
set --
[ ! -s /etc/apt/sources.list ] || set -- /etc/apt/sources.list
for list in /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [ ! -s "$list" ] || set -- "$@" "$list"
done
apt-config dump | grep '^Acquire::' >"$work/apt.conf"
if ! mmdebstrap --variant=apt --mode=root --format=directory --skip=cleanup/apt/lists --aptopt="$work/apt.conf" \
    --include=man-db,bash "$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")" "$chroot" "$@" >"$work/log" 2>&1; then
    tail -15 "$work/log"
    bad "mmdebstrap cannot make a system"
    finish
fi
within() { chroot "$chroot" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
state() { # Every file but what apt and dpkg write of themselves, and what man-db and the loader rebuild
    (cd "$chroot" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./tmp -o -path ./var/lib/apt \
        -o -path ./var/cache -o -path ./var/log -o -path ./var/lib/dpkg -o -path ./etc/ld.so.cache \) -prune -o -print | sort)
}
mkdir -p "$chroot/tmp/debs" && cp "$folder"/*.deb "$chroot/tmp/debs"
cp -L /etc/resolv.conf "$chroot/etc/resolv.conf"
mount -t proc proc "$chroot/proc"
trap 'umount "$chroot/proc" 2>/dev/null; rm -rf "$work"' EXIT

# What the packages depend on is there before, so that what comes and goes is theirs alone.
within apt-get -q -y --no-install-recommends install $(for file in "$folder"/exifsim_*.deb "$folder"/exifsim-view_*.deb; do
    dpkg-deb -f "$file" Depends | tr ',' '\n' | sed 's/(.*//; s/|.*//; s/ //g' | grep -v '^exifsim'; done | sort -u) >"$work/log" 2>&1 ||
    bad "dependencies cannot be installed: $(tail -3 "$work/log")"
state >"$work/before"

# The command alone: no window, no display.
within sh -c 'apt-get -q -y install /tmp/debs/exifsim_*.deb' >"$work/log" 2>&1 && good || bad "apt install: $(tail -5 "$work/log")"
fingerprint=$("$exifsim" run -q kb908674 | grep -oE '[0-9a-f]{16}' | head -1)
code 0 "Fingerprint $fingerprint" within sh -c 'cd /tmp && exifsim run kb908674'
# Names of frames come from the program's own symbols: a package whose programs are stripped has none.
code 0 "exifs!ExifsDispatchCleanup" within sh -c 'cd /tmp && exifsim run kb908674'
code 0 "1 passed, 0 failed" within exifsim test --verify hotfix
code 0 "kb908674" within exifsim list --names
code 0 "8_look_alikes" within exifsim lesson
code 0 '"dirty"' within exifsim version --json
code 2 'did you mean "kb908674"? looked here and in /usr/share/exifsim/scenarios' within exifsim run kb90867
code 2 'unknown verb' within exifsim rnu
code 2 'expected exifsim-view' within exifsim view kb908674
code 0 "EXIFSIM-RUN(1)" within sh -c 'man exifsim-run | cat'
code 0 "kb908674" within bash -c '. /usr/share/bash-completion/completions/exifsim
    COMP_WORDS=(exifsim run kb908) COMP_CWORD=2; _exifsim exifsim; echo "${COMPREPLY[*]}"'

# The page for browsers, if it was built before the packages.
if [ -s "$root/build/web/page.html" ]; then
    code 0 "" within sh -c 'cd /tmp && exifsim export hotfix --html run.html'
fi

# The window: a picture without a display.
within sh -c 'apt-get -q -y install /tmp/debs/exifsim-view_*.deb /tmp/debs/exifsim-doc_*.deb' >"$work/log" 2>&1 && good ||
    bad "apt install exifsim-view: $(tail -5 "$work/log")"
code 0 "" within sh -c 'cd /tmp && exifsim-view render kb908674 --view stop --size 800x600 -o stop.png'
same "a picture" "$(head -c 4 "$chroot/tmp/stop.png" | tail -c 3)" PNG
code 0 "" within sh -c 'cd /tmp && exifsim poster -o poster.pdf'
code 0 "EXIFSIM-VIEW(1)" within sh -c 'man exifsim-view | cat'
code 0 "" within test -s /usr/share/doc/exifsim/docs/glossary.md

# Nothing stays.
within sh -c 'apt-get -q -y purge exifsim exifsim-view exifsim-doc' >"$work/log" 2>&1 && good || bad "apt purge: $(tail -5 "$work/log")"
rm -rf "$chroot/root/.local"                       # What the lessons keep for their user.
state >"$work/after"
same "what stays behind" "$(diff "$work/before" "$work/after")" ""
finish
