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
code 2 '"client" (expected a name that is neither' "$exifsim" new driver client
code 2 '"NUL" (expected a name that is neither' "$exifsim" new driver NUL
code 2 '"Com7" (expected a name that is neither' "$exifsim" new driver away/Com7
code 2 '"driver" (expected a name that is neither' "$exifsim" new driver driver
code 2 'echo: File exists' "$exifsim" new driver echo
code 0 'con2: a driver' "$exifsim" new driver con2

# ---- what is wrong is said, with its place -------------------------------------------------------
code 2 'echo/echo.ini:12:10: no C compiler on this computer' env EXIFSIM_CC=/none/none "$exifsim" run -q echo/echo.ini
code 2 "echo/echo.ini:12:10: no folder of the user's own for what is built" env -u HOME -u XDG_CACHE_HOME "$exifsim" run -q echo/echo.ini
code 2 '(expected a shared object that true makes there)' env EXIFSIM_CC=true "$exifsim" run -q echo/echo.ini
sed '/^\[program/,$d' echo/echo.ini >echo/letters.ini
printf '[driver ECHO]\nsource = echo.c\n' >>echo/letters.ini
code 2 '"ECHO", which is there in other letters' "$exifsim" run -q echo/letters.ini
code 2 'a stop before the start' "$exifsim" run -q echo/echo.ini --set driver.echo.start=demand --set 'driver.echo.start_at=3 s' --set 'driver.echo.stop_at=1 s'
sed 's/IoCompleteRequest(/IoCompleteRequests(/; s/KeReleaseSpinLock(/KeFreeSpinLock(/' echo/echo.c >echo/absent.c
code 2 'absent.c:29:5: IoCompleteRequests, which this machine does not have' "$exifsim" run -q echo/echo.ini --set driver.echo.source=echo/absent.c
code 2 'KeFreeSpinLock, which this machine does not have' "$exifsim" run -q echo/echo.ini --set driver.echo.source=echo/absent.c
printf 'int f(void) { return 0; }\nint g(void), h(void);\nint main(void) { return g() + h(); }\n' >echo/links.c
"$exifsim" run -q echo/echo.ini --set program.client.source=echo/links.c 2>&1 | sed -n 's/, which this.*//p' >said
same 'what the linker misses' 'echo/links.c:3:1: g echo/links.c:3:1: h' "$(tr '\n' ' ' <said | sed 's/ $//')"
# A function without a declaration: one of the source, one of the host's that a guest may call, one of the machine.
printf 'int main(void) { return Later() + (int)strlen("a") + CloseHandle(0); }\nint Later(void) { return 0; }\n' >echo/late.c
"$exifsim" run -q echo/echo.ini --set program.client.source=echo/late.c 2>&1 | sed -n 's/, which no header.*//p' >said
same 'what no header declares' 'echo/late.c:1:40: strlen echo/late.c:1:54: CloseHandle' "$(tr '\n' ' ' <said | sed 's/ $//')"
printf 'int main(void) { return Later(); }\nint Later(void) { return 0; }\n' >echo/late.c
code 1 'exit code 0' "$exifsim" run echo/echo.ini --set program.client.source=echo/late.c --set program.client.exit_code=5
printf '#include <ntddk.h>\nNTSTATUS DriverEntry(PDRIVER_OBJECT o, PUNICODE_STRING r) { exit(strlen("a")); }\n' >echo/absent.c
code 2 'absent.c:2:61: exit, which this machine does not have (expected a function that `exifsim doors` lists)' "$exifsim" run -q echo/echo.ini --set driver.echo.source=echo/absent.c
# The host's C library is not the machine's: a header of the host may declare what nobody has here.
cat >echo/host.c <<'END'
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
extern int getpid(void);
int main(void) { fopen("x", "w"); quick_exit(getpid()); }
END
case $(uname) in # Elsewhere a guest is still linked with it.
Linux)
    "$exifsim" run -q echo/echo.ini --set program.client.source=echo/host.c 2>&1 | sed -n 's/, which this machine does not have.*//p' >said
    same 'what the host alone has' 'echo/host.c:5:1: fopen echo/host.c:5:1: getpid echo/host.c:5:1: quick_exit' "$(sort said | tr '\n' ' ' | sed 's/ $//')"
    ;;
esac
cat >echo/host.c <<'END'
#include <windows.h>
#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int Format(char *Out, const char *Pattern, ...)
{
    va_list all;

    va_start(all, Pattern);
    return vsprintf(Out, Pattern, all);
}
int main(void)
{
    char text[] = "12 ab", out[16], *part = strtok(text, " ");
    int number = atoi(part) + (int)strtol("0x10", NULL, 0);

    setvbuf(stdout, NULL, _IONBF, 0);
    part = strtok(NULL, " ");
    assert(isalpha((unsigned char)part[0]) && toupper(part[1]) == 'B');
    Format(out, "%d %s", number, part);
    printf("borrowed %s\n", out);
    assert(number == 0);
    return 0;
}
END
code 1 'borrowed 28 ab' "$exifsim" run echo/echo.ini --set program.client.source=echo/host.c
code 1 'Assertion failed: number == 0, file echo/host.c, line 25' "$exifsim" run echo/echo.ini --set program.client.source=echo/host.c
echo 'int f(void) { return 1; }' >echo/twice.c
sed 's/g() + h()/f()/' echo/links.c >echo/once.c
sed '/^source = client.c/s/client.c/once.c twice.c/' echo/echo.ini >echo/twice.ini
code 2 'echo/twice.c:1:1: f, which the sources define twice' "$exifsim" run -q echo/twice.ini
echo 'int a = ;' >echo/broken.c
code 2 "echo/broken.c:1:9: error: " "$exifsim" run -q echo/echo.ini --set driver.echo.source=echo/broken.c
echo 'int a;' >echo/empty.c
code 2 'no DriverEntry (expected' "$exifsim" run -q echo/echo.ini --set driver.echo.source=echo/empty.c
code 2 'no main (expected' "$exifsim" run -q echo/echo.ini --set program.client.source=echo/empty.c
code 2 'cannot open "echo/none.c": No such file or directory (expected a file in C)' "$exifsim" run -q echo/echo.ini --set driver.echo.source=echo/none.c
code 2 'did you mean "source"?' "$exifsim" run -q echo/echo.ini --set driver.echo.sorce=echo.c
cp echo/client.c echo/no.so
sed 's/^source = echo.c/image = no.so/' echo/echo.ini >echo/image.ini
code 2 'echo/image.ini:12:9: echo/no.so: ' "$exifsim" run -q echo/image.ini
printf '\177ELF\002\001\001\000\000\000\000\000\000\000\000\000\003\000\026\000\001\000\000\000' >echo/no.so
code 2 "(expected a shared object of this computer's kind)" "$exifsim" run -q echo/image.ini
rm echo/no.so
code 2 'echo/image.ini:12:9: cannot open "no.so": No such file or directory (expected a shared object)' "$exifsim" run -q echo/image.ini
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
code 2 '--glue with --filter' "$exifsim" doors --glue driver --filter Irp
code 2 '--glue with --format' "$exifsim" doors --glue driver --format json
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
cp echo/client.c 'echo\client.c' # A file of the folder above.
sed 's/^source = client.c/source = ..\/echo\\client.c/' echo/echo.ini >echo/above.ini
code 2 'client.c, which lies outside the scenario' "$exifsim" run -q echo/above.ini
printf '[scenario]\nextends = ../echo/echo.ini\n' >away/extends.ini
code 2 'lies outside the scenario' "$exifsim" lint away/extends.ini
"$exifsim" run -q echo/echo.ini -o away/capsule.ini >said
code 2 'lies outside the scenario' "$exifsim" replay -q away/capsule.ini
code 0 '1 passed' "$exifsim" replay -q --trust away/capsule.ini
"$exifsim" run -q echo/echo.ini -o echo/capsule.ini >said
code 0 '1 passed' "$exifsim" replay -q echo/capsule.ini
echo '/* changed */' >>echo/client.c
code 0 '1 passed' "$exifsim" replay -q echo/capsule.ini # A comment makes no other run.
sed -i '/^int main/,/^{/s/^{/{\n    Sleep(7);/' echo/client.c
code 3 'the code of its drivers or programs has been edited' "$exifsim" replay -q echo/capsule.ini

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

# ---- one image for two drivers -----------------------------------------------------------------------
# The stop is always that of beta; a second run takes the images that the first one left.
mkdir labels
cat >labels/labels.c <<'END'
#include <ntddk.h>
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    if (RegistryPath->Buffer[RegistryPath->Length / sizeof(WCHAR) - 2] == L't')
        KeBugCheckEx(MANUALLY_INITIATED_CRASH, 1, 2, 3, 4);
    return STATUS_SUCCESS;
}
END
cc -shared -fPIC -O0 -g -std=gnu11 -fshort-wchar -fms-extensions -w -I"$headers" labels/labels.c glue.c -o labels/labels.so
sed '/^\[driver/,$d' counts/counts.ini >labels/labels.ini
printf '[driver alpha]\nimage = labels.so\n[driver beta]\nimage = labels.so\n' >>labels/labels.ini
named=$("$exifsim" run --format json -n 2 labels/labels.ini | grep -o '"[a-z]*!DriverEntry"' | tr '\n' ' ')
same 'the driver that stopped' '"beta!DriverEntry" "beta!DriverEntry" ' "$named"

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

# ---- words of Windows' headers ------------------------------------------------------------------------
mkdir words
cat >words/words.c <<'END'
#include <ntddk.h>
UCHAR *PsGetProcessImageFileName(PEPROCESS Process);
NTSTATUS ObOpenObjectByPointer(PVOID, ULONG, PACCESS_STATE, ACCESS_MASK, POBJECT_TYPE, KPROCESSOR_MODE, PHANDLE);
#if NTDDI_VERSION >= NTDDI_VISTA || _WIN32_WINNT >= 0x0600 || WINVER < 0x0502
#error "this is Server 2003"
#endif
NTSTATUS _cdecl DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    DECLARE_UNICODE_STRING_SIZE(text, 20);

    __assume(DriverObject != NULL);
    __noop;
    __noop("%d", absent);
    DbgPrint("words %d %d %s\n", text.MaximumLength, (int)strlen("four"), PsGetProcessImageFileName(PsGetCurrentProcess()));
    return STATUS_SUCCESS;
}
END
sed -e 's/counts/words/g' counts/counts.ini >words/words.ini
code 0 'words 40 4 System' "$exifsim" run words/words.ini
printf '#include <ntddk.h>\nvoid f(void)\n{\n    __asm { int 3 }\n}\n' >words/asm.c
code 2 '"inline assembly (expected a function of the kernel, or C)"' "$exifsim" run words/words.ini --set driver.words.source=words/asm.c

# ---- long has 32 bits, where the compiler can be told (gcc) -------------------------------------------
mkdir long
printf 'typedef struct _SHARED { unsigned long Count; long int Next; } SHARED;\nvoid Take(long Value);\n' >long/shared.h
cat >long/long.c <<'END'
#include <ntddk.h>
#include "shared.h"
#include <limits.h>
#define WORD_OF_MACRO unsigned long
C_ASSERT(sizeof(long) == 4 && sizeof(SHARED) == 8 && sizeof(long long) == 8 && sizeof(unsigned __int64) == 8);
C_ASSERT(0xFFFFFFFFFFui64 == 0xFFFFFFFFFFull && -5i64 == -5 && sizeof(0i64) == 8);
C_ASSERT(sizeof(WORD_OF_MACRO) == 4 && sizeof(long unsigned int) == 4 && sizeof(long double) > 4);
void Take(long Value) { DbgPrint("long %d %s\n", Value == LONG_MAX, "a long way"); }
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    unsigned long last = 0xFFFFFFFF;
    volatile long refs = LONG_MAX - 1;

    last++;
    if (last == 0)
        Take(InterlockedIncrement(&refs));
    return STATUS_SUCCESS;
}
END
sed -e 's/counts/long/g' counts/counts.ini >long/long.ini
if "${EXIFSIM_CC:-cc}" -E -fdirectives-only long/shared.h >said 2>&1; then
    code 0 'long 1 a long way' "$exifsim" run long/long.ini
    sed 's/Take(Inter/Taken(Inter/' long/long.c >long/absent.c
    code 2 'long/absent.c:16:9: Taken, which this machine' "$exifsim" run long/long.ini --set driver.long.source=long/absent.c
    sed 's/long Next/ULONG Next/; s/int Next/Next/; s/long int/ULONG/' long/shared.h >long/changed.h && mv long/changed.h long/shared.h
    echo '#error changed' >>long/shared.h
    code 2 'shared.h:3:2: error: #error changed' "$exifsim" run long/long.ini
fi

# ---- main without a result, in code and not in a comment ---------------------------------------------
mkdir mains
cat >mains/mains.c <<'END'
#include <windows.h>
/* We avoid main () and void main(void). */
// void main(void)
static const char Said[] = "\"void main(void)", Quote = '"';
typedef int avoid;
avoid main(void) { return Said[0] == Quote ? 3 : 4; }
END
sed -e '/^\[driver/,$d' counts/counts.ini >mains/mains.ini
printf '[program mains]\nsource = mains.c\nexit_code = 3\n' >>mains/mains.ini
code 0 '1 passed' "$exifsim" run -q mains/mains.ini
printf '#include <windows.h>\nvoid /* none */ __cdecl main(void) { GetTickCount(); }\n' >mains/none.c
code 0 '1 passed' "$exifsim" run -q mains/mains.ini --set program.mains.source=mains/none.c --set program.mains.exit_code=0

# ---- a change of any file that was read is a driver of its own ---------------------------------------
mkdir -p reads/sys shared 'inc of all'
cat >reads/reads.c <<'END'
#include <ntddk.h>
#include "sys/pub.h"
#include "../shared/a shared.h"
#include <deep/of_include.h>
static const int Table[] = {
#include "table.inc"
};
#include "part.c"
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    DbgPrint("reads %d %d %d %d %d %d\n", PUB, SHARED, OF_INCLUDE, Table[0], PART, GIVEN);
    return STATUS_SUCCESS;
}
END
mkdir 'inc of all/deep'
read_ones() { # PUB SHARED OF_INCLUDE TABLE PART
    echo "#define PUB $1" >reads/sys/pub.h
    echo "#define SHARED $2" >'shared/a shared.h'
    echo "#define OF_INCLUDE $3" >'inc of all/deep/of_include.h'
    echo "$4" >reads/table.inc
    echo "enum { PART = $5 };" >reads/part.c
}
sed -e 's/counts/reads/g' counts/counts.ini >reads/reads.ini
printf 'include = "../inc of all" .\ndefines = GIVEN=6\n' >>reads/reads.ini
sed 's/include = .*/include = none/' reads/reads.ini >reads/none.ini
read_ones 1 2 3 4 5
code 0 'reads 1 2 3 4 5 6' "$exifsim" run reads/reads.ini
for change in '9 2 3 4 5' '1 9 3 4 5' '1 2 9 4 5' '1 2 3 9 5' '1 2 3 4 9' '1 2 3 4 5'; do
    # shellcheck disable=SC2086  # The words are arguments.
    read_ones $change
    code 0 "reads $change 6" "$exifsim" run reads/reads.ini
done
code 0 'reads 1 2 3 4 5 7' "$exifsim" run reads/reads.ini --set driver.reads.defines=GIVEN=7
find cache -type f | sort >before
code 0 'reads 1 2 3 4 5 6' "$exifsim" run reads/reads.ini
find cache -type f | sort >after
code 2 'reads/none.ini:9:11: "reads/none" (expected a folder of headers)' "$exifsim" run -q reads/none.ini
same 'what was built before is not built again' "$(cat before)" "$(cat after)"
mkdir away/deeper
"$exifsim" run -q reads/reads.ini -o away/deeper/reads.ini >said
code 0 '1 passed' sh -c 'cd mains && "$1" replay -q --trust ../away/deeper/reads.ini' sh "$exifsim"

# Software traces: the header that a tool makes on Windows is made here, with the functions that a comment configures.
code 0 'DriverEntry: 100% of \Registry\Machine\System\CurrentControlSet\Services\traces, c0000017 in DriverEntry' \
    "$exifsim" run "$here/samples/traces.ini"
code 0 'TracesUnload: unloaded, all of it' "$exifsim" run "$here/samples/traces.ini"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
