#!/bin/sh
# sources.sh EXIFSIM - code from outside: what is built, what is refused and how, and to whom its variables belong.
set -u
exifsim=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
cd "$work" || exit 1
passed=0 failed=0

# code WANTED "TEXT" COMMAND...: the command's exit code, and a text that it prints.
code() {
    wanted=$1 text=$2
    shift 2
    "$@" >said 2>&1
    got=$?
    if [ "$got" -eq "$wanted" ] && grep -qF -e "$text" said; then
        passed=$((passed + 1))
    else
        echo "not ok: exit code $got (expected $wanted) of: $*"
        echo "  expected a line with $text"
        sed 's/^/  read  /' said
        failed=$((failed + 1))
    fi
}

same() { # WHAT ONE OTHER
    if [ -n "$2" ] && [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        echo "not ok: $1: \"$2\" is not \"$3\""
        failed=$((failed + 1))
    fi
}

"$exifsim" new driver echo >said || { cat said; exit 1; }
# ---- what is wrong is said, with its place -------------------------------------------------------
code 2 'echo/echo.ini:12:10: no C compiler on this computer' env EXIFSIM_CC=/none/none "$exifsim" run -q echo/echo.ini
sed 's/IoCompleteRequest(/IoCompleteRequests(/; s/KeReleaseSpinLock(/KeFreeSpinLock(/' echo/echo.c >echo/absent.c
code 2 'absent.c:29:5: IoCompleteRequests, which this machine does not have' "$exifsim" run -q echo/echo.ini --set driver.echo.source=echo/absent.c
code 2 'KeFreeSpinLock, which this machine does not have' "$exifsim" run -q echo/echo.ini --set driver.echo.source=echo/absent.c
echo 'int a = ;' >echo/broken.c
code 2 "echo/broken.c:1:9: error: " "$exifsim" run -q echo/echo.ini --set driver.echo.source=echo/broken.c
echo 'int a;' >echo/empty.c
code 2 'no DriverEntry (expected' "$exifsim" run -q echo/echo.ini --set driver.echo.source=echo/empty.c
code 2 'no main (expected' "$exifsim" run -q echo/echo.ini --set program.client.source=echo/empty.c
code 2 'cannot open "echo/none.c"' "$exifsim" run -q echo/echo.ini --set driver.echo.source=echo/none.c
code 2 'did you mean "source"?' "$exifsim" run -q echo/echo.ini --set driver.echo.sorce=echo.c
cp echo/client.c echo/no.so
sed 's/^source = echo.c/image = no.so/' echo/echo.ini >echo/image.ini
code 2 "(expected a shared object of this computer's kind)" "$exifsim" run -q echo/image.ini
printf '\177ELF\002\001\001\000\000\000\000\000\000\000\000\000\003\000\026\000\001\000\000\000' >echo/no.so
code 2 "(expected a shared object of this computer's kind)" "$exifsim" run -q echo/image.ini
sed '/^source = echo.c/d' echo/echo.ini >echo/nothing.ini
code 2 'no code (expected source = a file in C, or image = a shared object)' "$exifsim" run -q echo/nothing.ini

code 1 'client.exe was not started, expected exit code 0' "$exifsim" run -q echo/echo.ini --set scenario.duration=20s \
    --set program.client.at=100s --set program.client.exit_code=0

# A driver may have the name of the product's, and its device that of the product's device.
"$exifsim" new driver exifs >said && sed 's/.Device..Echo/\\Device\\Exifs/' exifs/exifs.c >exifs/named.c
code 0 'Drivers and programs' "$exifsim" run exifs/exifs.ini
code 0 'Drivers and programs' "$exifsim" run exifs/exifs.ini --set driver.exifs.source=exifs/named.c

# ---- a finished image ----------------------------------------------------------------------------
headers=$here/../../model/kernel/include
"$exifsim" doors --glue driver >glue.c
if cc -shared -fPIC -O0 -g -std=gnu11 -fshort-wchar -fms-extensions -w -I"$headers" echo/echo.c glue.c -o echo/echo.so 2>said; then
    sed 's/^source = echo.c/image = echo.so/' echo/echo.ini >echo/image.ini
    code 0 '1 passed' "$exifsim" run -q echo/image.ini
else
    echo "not ok: the image was not built"
    cat said
    failed=$((failed + 1))
fi

# ---- trust ---------------------------------------------------------------------------------------
mkdir away
sed 's/^source = echo.c/source = ..\/echo\/echo.c/; s/^source = client.c/source = ..\/echo\/client.c/' echo/echo.ini >away/away.ini
code 2 'lies outside the scenario' "$exifsim" run -q away/away.ini
code 0 '1 passed' "$exifsim" run -q --trust away/away.ini
printf '[scenario]\nextends = ../echo/echo.ini\n' >away/extends.ini
code 2 'lies outside the scenario' "$exifsim" lint away/extends.ini
"$exifsim" run -q echo/echo.ini -o away/capsule.ini >said
code 2 'lies outside the scenario' "$exifsim" replay -q away/capsule.ini
code 0 '1 passed' "$exifsim" replay -q --trust away/capsule.ini
"$exifsim" run -q echo/echo.ini -o echo/capsule.ini >said
code 0 '1 passed' "$exifsim" replay -q echo/capsule.ini
echo '/* changed */' >>echo/client.c
code 2 "the data of the capsule's run" "$exifsim" replay -q echo/capsule.ini

# ---- variables belong to the world ---------------------------------------------------------------
# The driver counts in variables of its own; the sum decides how long it stalls, so a count that is wrong is another run.
mkdir counts
cat >counts/counts.c <<'END'
#include <ntddk.h>
static ULONG Initialized = 3, Zeroed;
static VOID Count(PVOID Context)
{
    LARGE_INTEGER wait;

    UNREFERENCED_PARAMETER(Context);
    wait.QuadPart = -10000 * 20;
    for (;;) {
        KeDelayExecutionThread(KernelMode, FALSE, &wait);
        Zeroed += Initialized++;
        KeStallExecutionProcessor(Zeroed % 97);
        if (Initialized % 50 == 0)
            DbgPrint("%lu %lu\n", Initialized, Zeroed);
    }
}
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    HANDLE thread;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    if (Initialized != 3 || Zeroed != 0)
        DbgPrint("not fresh\n");
    return PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, Count, NULL);
}
END
cat >counts/counts.ini <<'END'
[scenario]
title = a driver that counts
duration = 20 s
seed = 1
[machine]
exchange = no
[driver counts]
source = counts.c
END
code 0 '1 passed' "$exifsim" run -q --verify counts/counts.ini
"$exifsim" run counts/counts.ini >said
grep -q 'not fresh' said && { echo "not ok: variables of another run"; failed=$((failed + 1)); }
alone=$("$exifsim" run -n 8 counts/counts.ini | grep '^pass' | sort)
four=$("$exifsim" run -n 8 -j 4 counts/counts.ini | grep '^pass' | sort)
same 'eight seeds, one after another and four at once' "$alone" "$four"
same 'each seed has a fingerprint of its own' 8 "$(echo "$alone" | awk '{ print $5 }' | sort -u | wc -l | tr -d ' ')"

# ---- names of headers in other letters, and with '\' --------------------------------------------------
mkdir -p other/Inc
cat >other/other.c <<'END'
#include <Ntddk.h>
#include <NTSTRSAFE.H>
#include <Limits.h>
#include "Other.H"
#include "inc\Deep.h"
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    DbgPrint("%d %d\n", OTHER, DEEP);
    return STATUS_SUCCESS;
}
END
echo '#define OTHER 17' >other/other.h
echo '#include "NEXT.h"' >other/Inc/deep.h
echo '#define DEEP 18' >other/Inc/next.h
sed -e 's/counts/other/g' counts/counts.ini >other/other.ini
code 0 '17 18' "$exifsim" run other/other.ini
sed 's/Limits/Absent/' other/other.c >other/absent.c
code 2 'bsent.h' "$exifsim" run -q other/other.ini --set driver.other.source=other/absent.c

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
