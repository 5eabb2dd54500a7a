#!/bin/sh
# check_images.sh - looks at what the Windows build made, without running it.
#
#     check_images.sh BUILD_DIR PREFIX          (PREFIX: x86_64-w64-mingw32 or i686-w64-mingw32)
#
# Each check says what it wants and can fail: check_images_fails.sh shows that it does.
set -u

build=${1:?usage: check_images.sh BUILD_DIR PREFIX}
prefix=${2:?usage: check_images.sh BUILD_DIR PREFIX}
objdump="$prefix-objdump"
passed=0
failed=0

verdict() { # NAME STATUS
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL  $1"
    fi
}

imported_modules() { "$objdump" -p "$1" | sed -n 's/^.*DLL Name: //p' | tr 'A-Z' 'a-z' | sort -u; }

# Every imported module is one of those allowed, and at least one is there.
imports_only() { # IMAGE MODULE...
    image=$1
    shift
    seen=0
    for module in $(imported_modules "$image"); do
        seen=1
        found=1
        for allowed in "$@"; do
            [ "$module" = "$allowed" ] && found=0
        done
        [ "$found" -eq 0 ] || return 1
    done
    [ "$seen" -eq 1 ]
}

# On i686 the names of stdcall functions end in @ and a number.
imports_function() { # IMAGE FUNCTION
    "$objdump" -p "$1" | grep -Eq "^[[:space:]]+[0-9a-f]+[[:space:]].*[[:space:]]_?$2(@[0-9]+)?\$"
}

is_native() { "$objdump" -p "$1" | grep -Eq '^Subsystem[[:space:]]+0*1[[:space:]]'; }

# .data, .bss: no section of the object that can be written has any bytes.
has_no_state() { # OBJECT
    "$objdump" -h "$1" | awk '$2 ~ /^\.(data|bss|tls)/ && $3 !~ /^0+$/ { bad = 1 } END { exit bad }'
}

for name in exifs-6.5.7638 exifs-6.5.7651 exifs-lessons; do
    image="$build/$name.sys"
    [ -f "$image" ]
    verdict "$name.sys exists" $?
    is_native "$image"
    verdict "$name.sys is of the native subsystem" $?
    imports_only "$image" ntoskrnl.exe hal.dll
    verdict "$name.sys imports from the kernel only" $?
    imports_function "$image" IoCreateDevice
    verdict "$name.sys imports IoCreateDevice" $?
done

for function in KeAttachProcess KeDetachProcess; do
    imports_function "$build/exifs-6.5.7638.sys" $function
    verdict "the old driver imports $function" $?
    ! imports_function "$build/exifs-6.5.7651.sys" $function
    verdict "the new driver does not import $function" $?
done
for function in KeStackAttachProcess KeUnstackDetachProcess; do
    ! imports_function "$build/exifs-6.5.7638.sys" $function
    verdict "the old driver does not import $function" $?
    imports_function "$build/exifs-6.5.7651.sys" $function
    verdict "the new driver imports $function" $?
done
for name in exifs-6.5.7638 exifs-6.5.7651 exifs-lessons; do
    ! imports_function "$build/$name.sys" 'KeBugCheck(Ex)?'
    verdict "$name.sys cannot stop the machine by itself" $?
done

imports_only "$build/ifsproxy.dll" kernel32.dll ntdll.dll
verdict "ifsproxy.dll imports from kernel32 and ntdll only" $?
for name in exwin32 ese; do
    imports_only "$build/$name.dll" kernel32.dll ntdll.dll ifsproxy.dll
    verdict "$name.dll imports from kernel32, ntdll and ifsproxy only" $?
    imported_modules "$build/$name.dll" | grep -qx ifsproxy.dll
    verdict "$name.dll uses ifsproxy.dll" $?
done

objects=0
for object in $(find "$build/CMakeFiles" -path '*/model/*' \( -name '*.obj' -o -name '*.o' \)); do
    objects=$((objects + 1))
    has_no_state "$object"
    verdict "no state in $(basename "$object")" $?
done
[ "$objects" -ge 25 ]
verdict "all objects of the core were looked at ($objects)" $?

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
