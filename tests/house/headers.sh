#!/bin/sh
# headers.sh ROOT BUILD [HEADER...] - every header of the tree compiles alone, and twice over.
#
# A probe includes nothing but the header, with the flags that the sources of the header's folder are
# compiled with: so the core's headers see the two doors and nothing else. The flags come from BUILD's
# compile_commands.json. Without a HEADER, all of them are tried, but for those that only sources of
# guests see (tests/guest compiles these), and those of a browser's build.
set -u
root=$1 build=$2
shift 2
cd "$root" || exit 1
commands=$build/compile_commands.json
[ -f "$commands" ] || { echo "headers.sh: no $commands"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- $(find sim model ui tests bench -name '*.h' ! -path '*/include/crt/*' ! -path 'tests/guest/*' ! -name '*_wasm.h' | sort)

# The command of a folder's first source, up to its output; if the folder has none in this build, of
# the folder above; at last of sim, which sees nothing but the root.
flags_of() { # FOLDER
    for folder in "$1" "$(dirname "$1")" sim; do
        line=$(grep -m1 "^ *\"command\": .* -c $PWD/$folder/[^/ ]*\.c\"" "$commands")
        [ -z "$line" ] || break
    done
    echo "$line" | sed -e 's/^ *"command": "//' -e 's/ -o [^ ]* -c .*//' -e 's/\\"/"/g' -e "s|^[^ ]*ccache ||"
}

for header; do
    folder=$(dirname "$header")
    kept=$work/$(echo "$folder" | tr / .).flags
    [ -f "$kept" ] || flags_of "$folder" >"$kept"
    printf '%s\n' "$header" >>"$work/$(echo "$folder" | tr / .).headers"
done
tried=0 failed=0
for list in "$work"/*.headers; do
    flags=$(cat "${list%.headers}.flags")
    while IFS= read -r header; do
        tried=$((tried + 1))
        printf '#include "%s"\n#include "%s"\n' "$PWD/$header" "$PWD/$header" >"$work/probe.c"
        if ! (cd "$build" && eval "$flags -fsyntax-only '$work/probe.c'") >"$work/said" 2>&1; then
            echo "not ok: $header"
            grep -m3 'error' "$work/said" | sed 's/^/  /'
            failed=$((failed + 1))
        fi
    done <"$list"
done
echo "$((tried - failed)) passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] && [ "$tried" -gt 0 ]
