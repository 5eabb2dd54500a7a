#!/bin/sh
# clang_tidy.sh BUILD JOBS all|FOLDER... - clang-tidy over the C files of these folders, by .clang-tidy and the compile commands of a build.
# One file counts as one test. A bar on a terminal shows how far it is.
set -u
build=$1 jobs=$2
shift 2
cd "$(dirname "$0")/../.." || exit 1
[ "$*" != all ] || set -- sim model ui tests bench

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Only files of this build have a compile command; the Windows images and the benchmarks are built elsewhere.
git ls-files "$@" | grep '\.c$' | while read -r file; do
    grep -qF "\"$PWD/$file\"" "$build/compile_commands.json" && echo "$file"
done >"$work/files"

xargs -P "$jobs" -I{} sh -c '
    log=$1/$(echo "$3" | tr / _)
    clang-tidy -p "$2" --quiet --warnings-as-errors="*" "$3" >"$log.said" 2>/dev/null || mv "$log.said" "$log.bad"
' tidy "$work" "$build" {} <"$work/files"
cat "$work"/*.bad 2>/dev/null
all=$(wc -l <"$work/files")
bad=$(find "$work" -name '*.bad' | wc -l)
echo "$((all - bad)) passed, $bad failed"
[ "$bad" = 0 ] && [ "$all" -gt 0 ]
