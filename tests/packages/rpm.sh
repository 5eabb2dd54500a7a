#!/bin/sh
# rpm.sh EXIFSIM - makes a release of the last commit in a copy, builds the RPM packages from its archive and spec, and uses what is in
# them. rpmlint has nothing against them but what is said below. 77: rpmbuild is not here.
#
# The needs of the build are not asked of RPM's database, which is empty where another system's packages are installed.
. "$(dirname "$0")/common.sh"
exifsim=$(cd "$(dirname "$1")" && pwd)/exifsim
for tool in rpmbuild rpm2cpio cpio; do
    command -v $tool >/dev/null 2>&1 || { echo "skipped: $tool is not here (./dev package installs it)"; exit 77; }
done
git clone -q --depth 1 "file://$root" "$work/tree" || { echo "skipped: no repository to make a release from"; exit 77; }
cd "$work/tree" || exit 1
version=$(sed -n 's/^project(exifsim VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
code 0 "exifsim.spec" packaging/release.sh "$version" https://example.org/exifsim
mkdir -p "$work/rpm/SOURCES"
cp "build/release/exifsim-$version.tar.gz" "$work/rpm/SOURCES"
rpmbuild -bb --nodeps --define "_topdir $work/rpm" --define "_smp_mflags -j${JOBS:-2}" \
    --define "exifsim_web $root/build/web" build/release/exifsim.spec >"$work/log" 2>&1 && good || {
    bad "rpmbuild: $(tail -15 "$work/log")"
    finish
}
grep -q '^2 passed, 0 failed' "$work/log" && good || bad "%check did not run: $(grep 'passed' "$work/log")"
same "packages" "$(cd "$work/rpm/RPMS" && find . -name '*.rpm' | sed 's|.*/||; s/-[0-9].*//' | sort | tr '\n' ' ')" "exifsim exifsim-doc exifsim-view "
list() { rpm -qlp "$work/rpm/RPMS"/*/"$1-$version"-*.rpm 2>/dev/null | sed 's/\.1\.gz$/.1/'; }     # Not every system compresses pages.
for file in bin/exifsim share/exifsim/scenarios/kb908674.ini share/exifsim/scenarios/lessons/4_memory.ini share/man/man1/exifsim-version.1 \
    share/man/man1/exifsim-replay.1 share/bash-completion/completions/exifsim share/doc/exifsim/CHANGELOG.md; do
    list exifsim | grep -qx "/usr/$file" && good || bad "exifsim lacks /usr/$file"
done
same "files in two packages" "$({ list exifsim; list exifsim-view; list exifsim-doc; } | grep -v '/licenses\|/share/doc/exifsim$' | sort | uniq -d)" ""
list exifsim-view | grep -qx /usr/share/man/man1/exifsim-render.1 && good || bad "exifsim-view lacks a page"
list exifsim-doc | grep -qx /usr/share/doc/exifsim/docs/glossary.md && good || bad "exifsim-doc lacks a page"
rpm -qp --requires "$work/rpm/RPMS"/*/exifsim-"$version"-*.rpm 2>/dev/null | grep -q 'libjansson' && good || bad "exifsim does not require its libraries"
rpm -qp --requires "$work/rpm/RPMS"/*/exifsim-view-"$version"-*.rpm 2>/dev/null | grep -q "^exifsim.* = $version-1" && good || bad "exifsim-view and exifsim need not fit"

mkdir "$work/image" && cd "$work/image" || exit 1
for package in "$work/rpm/RPMS"/*/*.rpm; do
    rpm2cpio "$package" | cpio -idm --quiet
done
# The page for browsers, if it was built before the packages.
if [ -s "$root/build/web/page.html" ]; then
    code 0 "" "$work/image/usr/bin/exifsim" export hotfix --html "$work/run.html"
fi
fingerprint=$("$exifsim" run -q kb908674 | grep -oE '[0-9a-f]{16}' | head -1)
code 0 "Fingerprint $fingerprint" "$work/image/usr/bin/exifsim" run kb908674
code 0 "exifs!ExifsDispatchCleanup" "$work/image/usr/bin/exifsim" run kb908674
code 0 "$work/image/usr/share/exifsim/scenarios/hotfix.ini" "$work/image/usr/bin/exifsim" run -q hotfix
code 0 "" "$work/image/usr/bin/exifsim-view" render kb908674 --view stop -o "$work/stop.png"
code 2 'did you mean "kb908674"' "$work/image/usr/bin/exifsim" run kb90867

# packaging/rpmlint.toml has the tags that stay, with their reasons.
if command -v rpmlint >/dev/null 2>&1; then
    rpmlint -c "$root/packaging/rpmlint.toml" "$work/rpm/RPMS"/*/*.rpm >"$work/lint" 2>&1
    same "rpmlint" "$(grep -E ': [EW]: ' "$work/lint")" ""
    grep -q '^ *3 packages and 0 specfiles checked' "$work/lint" && good || bad "rpmlint did not run: $(tail -2 "$work/lint")"
else
    skip "rpmlint is not here"
fi
finish
