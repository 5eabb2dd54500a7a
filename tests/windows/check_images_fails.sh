#!/bin/sh
# check_images_fails.sh - shows that check_images.sh can fail: it is given images that are wrong.
#
#     check_images_fails.sh BUILD_DIR PREFIX
#
# The two drivers are exchanged, a DLL is put in a driver's place, and an object with state among
# the core's.
set -u

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: check_images_fails.sh BUILD_DIR PREFIX}
prefix=${2:?usage: check_images_fails.sh BUILD_DIR PREFIX}
wrong=$(mktemp -d)
trap 'rm -rf "$wrong"' EXIT
passed=0
failed=0

expect() { # TEXT: check_images.sh says FAIL with it.
    if grep -q "^FAIL  $1" "$wrong/said"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL  not noticed: $1"
    fi
}

mkdir -p "$wrong/build/CMakeFiles/x.dir/model"
cp "$build/exifs-6.5.7638.sys" "$wrong/build/exifs-6.5.7651.sys"
cp "$build/exifs-6.5.7651.sys" "$wrong/build/exifs-6.5.7638.sys"
cp "$build/ese.dll" "$wrong/build/exifs-lessons.sys"
cp "$build/exifs-6.5.7651.sys" "$wrong/build/ifsproxy.dll"
cp "$build/ifsproxy.dll" "$wrong/build/ese.dll"
cp "$build/conformance/client.exe" "$wrong/build/exwin32.dll"
echo 'int counter = 1; int other;' > "$wrong/state.c"
"$prefix-gcc" -c "$wrong/state.c" -o "$wrong/build/CMakeFiles/x.dir/model/state.c.obj"

"$here/check_images.sh" "$wrong/build" "$prefix" > "$wrong/said"
expect "the old driver imports KeAttachProcess"
expect "the new driver does not import KeAttachProcess"
expect "the new driver does not import KeDetachProcess"
expect "the old driver does not import KeStackAttachProcess"
expect "the new driver imports KeUnstackDetachProcess"
expect "exifs-lessons.sys is of the native subsystem"
expect "exifs-lessons.sys imports from the kernel only"
expect "exifs-lessons.sys imports IoCreateDevice"
expect "ifsproxy.dll imports from kernel32 and ntdll only"
expect "exwin32.dll imports from kernel32, ntdll and ifsproxy only"
expect "ese.dll uses ifsproxy.dll"
expect "no state in state.c.obj"
expect "all objects of the core were looked at"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
