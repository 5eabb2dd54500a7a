#!/bin/sh
# restart.sh EXIFSIM - a machine with a driver of one's own that boots again: the driver is loaded once, and what the first boot printed is
# told; the lines of the next boot after a stop.
set -u
exifsim=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
cd "$work" || exit 1
passed=0 failed=0

has() { # COUNT WORDS
    if [ "$(grep -cF "$2" said)" -eq "$1" ]; then
        passed=$((passed + 1))
    else
        echo "not ok: expected $1 times: $2"
        sed 's/^/  read  /' said
        failed=$((failed + 1))
    fi
}

cat >plain.c <<'END2'
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD PlainUnload;

VOID PlainUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    DbgPrint("plain: unloaded\n");
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = PlainUnload;
    DbgPrint("plain: loaded\n");
    return STATUS_SUCCESS;
}
END2
cat >plain.ini <<'END2'
[scenario]
title = a driver, and a restart
duration = 100 s
seed = 1
[machine]
exchange = no
[driver plain]
source = plain.c
[step reboot]
at = 5 s
do = reboot
[expect]
outcome = survived
END2
"$exifsim" run --verify plain.ini >said 2>&1
has 2 'plain: loaded'
has 0 'Service Control Manager 7000'

# ---- a stop without Exchange ---------------------------------------------------------------------
sed -i.old -e 's/^    DbgPrint("plain: loaded.*/    KeBugCheck(0xE2);/' plain.c
sed -e 's/^outcome.*/outcome = stop/' -e '/^\[step/,/^do/d' plain.ini >stop.ini
"$exifsim" run stop.ini >said 2>&1
has 1 'System Error 1003'
has 0 'ExIFS'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
