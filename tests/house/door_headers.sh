#!/bin/sh
# door_headers.sh COMPILER - the drivers' headers may be included alone, and any two of them in any order; in C, and in C++ where
# the compiler knows it. The programs' headers may be included alone and around <windows.h>, in C. A source with the words that sample drivers use compiles without a warning.
set -u
compiler=${1:-cc}
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
headers="wdm.h ntddk.h ntifs.h ntdef.h ntstatus.h bugcodes.h devioctl.h wdmsec.h ntstrsafe.h initguid.h guiddef.h dontuse.h csq.h
ntintsafe.h sal.h driverspecs.h specstrings.h ntddbeep.h"
programs="strsafe.h winioctl.h winsvc.h conio.h errno.h io.h malloc.h process.h share.h stdio.h stdlib.h string.h tchar.h time.h wchar.h"
failed=0
passed=0
crt=
try() { # LANGUAGE FILE
    if "$compiler" -x "$1" -fsyntax-only -fshort-wchar -Wall -Wno-multichar -Werror -Imodel/kernel/include $crt "$2" 2>"$work/said"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "not ok: $1: $(grep include "$2" | tr '\n' ' ')"
        grep error "$work/said" | head -3
    fi
}
languages=c
echo 'int x;' >"$work/x.cc"
"$compiler" -x c++ -fsyntax-only "$work/x.cc" 2>/dev/null && languages="c c++"
for language in $languages; do
    for one in $headers; do
        for other in $headers; do
            printf '#include <%s>\n#include <%s>\n' "$one" "$other" >"$work/pair"
            [ "$language" = c++ ] && [ "$one" != wdm.h ] && continue
            cp "$work/pair" "$work/pair.c"
            try "$language" "$work/pair.c"
        done
    done
done
cat >"$work/driver.c" <<'END'
#include <ntddk.h>
#include <initguid.h>
#include <wdmsec.h>
#include <ntintsafe.h>
#define IOCTL_ECHO CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
DEFINE_GUID(GUID_DEVCLASS_ECHO, 0x12345678, 0x1234, 0x1234, 1, 2, 3, 4, 5, 6, 7, 8);
#ifdef __cplusplus
extern "C"
#endif
DRIVER_INITIALIZE DriverEntry;
_Dispatch_type_(IRP_MJ_CREATE) _Dispatch_type_(IRP_MJ_CLOSE) DRIVER_DISPATCH EchoCreateClose;
DRIVER_DISPATCH_PAGED EchoControl;
DRIVER_UNLOAD EchoUnload;
DRIVER_CANCEL EchoCancel;
DRIVER_STARTIO EchoStartIo;
DRIVER_ADD_DEVICE EchoAddDevice;
KDEFERRED_ROUTINE EchoDpc;
KSTART_ROUTINE EchoThread;
IO_COMPLETION_ROUTINE EchoDone;
IO_WORKITEM_ROUTINE EchoWork;
IO_CSQ_INSERT_IRP EchoInsert;
#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, EchoControl)
#endif
typedef struct _ECHO { KSPIN_LOCK Lock; LIST_ENTRY List; _Guarded_by_(Lock) ULONG Count; UNICODE_STRING Name; KEVENT Event; } ECHO, *PECHO;
static const UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Device\\Echo");
_Use_decl_annotations_ NTSTATUS EchoControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    PECHO echo = (PECHO)DeviceObject->DeviceExtension;
    ULONG total, length = min(stack->Parameters.DeviceIoControl.InputBufferLength,
                              stack->Parameters.DeviceIoControl.OutputBufferLength);
    KIRQL irql;

    PAGED_CODE();
    UNREFERENCED_PARAMETER(length);
    KeAcquireSpinLock(&echo->Lock, &irql);
    KeReleaseSpinLock(&echo->Lock, irql);
    if (!NT_SUCCESS(RtlULongAdd(length, 1, &total)))
        return STATUS_INTEGER_OVERFLOW;
    KdPrint(("echo: %wZ %I64x %p\n", &Name, (ULONGLONG)total, Irp));
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "%u", length);
    ASSERT(echo != NULL);
    NT_ASSERT(stack->MajorFunction == IRP_MJ_DEVICE_CONTROL);
    ASSERTMSG("a message", TRUE);
    C_ASSERT(sizeof(LONG) == 4);
    _Analysis_assume_(length > 0);
    return stack->Parameters.DeviceIoControl.IoControlCode == IOCTL_ECHO ? STATUS_SUCCESS : STATUS_INVALID_DEVICE_REQUEST;
}
VOID Fill(_In_reads_bytes_(length) const VOID *from, _Out_writes_bytes_to_(length, *done) PVOID to, _In_ SIZE_T length,
          _Out_opt_ PSIZE_T done, IN OUT PULONG old OPTIONAL);
_IRQL_requires_max_(DISPATCH_LEVEL) _Must_inspect_result_ NTSTATUS Take(_Inout_ _Requires_lock_held_(*_Curr_) PECHO echo);
__drv_maxIRQL(APC_LEVEL) __checkReturn NTSTATUS Old(__in ULONG one, __out_ecount(one) PULONG two, __inout_opt PVOID three);
_When_(wait, _IRQL_requires_max_(APC_LEVEL)) _Success_(return == 0) __int64 More(BOOLEAN wait);
static __forceinline ULONG Pages(SIZE_T size) { return (ULONG)BYTES_TO_PAGES(size) + ADDRESS_AND_SIZE_TO_SPAN_PAGES(0, PAGE_SIZE); }
ULONG Use(VOID) { return Pages(1); }
END
crt='-isystem model/kernel/include/crt'
for one in $programs; do
    for pair in "$one" "$one windows.h" "windows.h $one"; do
        # shellcheck disable=SC2086  # The words are headers.
        printf '#include <%s>\n' $pair >"$work/pair.c"
        try c "$work/pair.c"
    done
done
crt=
for language in $languages; do try "$language" "$work/driver.c"; done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
