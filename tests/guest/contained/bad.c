/* bad.c - a driver that makes one mistake: WHAT chooses it. */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

static volatile int zero;
static KSPIN_LOCK lock;

static int endless(int depth)
{
    volatile char room[500];

    room[depth % 500] = 1;
    return depth < 0 ? 0 : endless(depth + 1) + room[0];
}

static VOID mistake(PVOID context)
{
    KIRQL old = PASSIVE_LEVEL;
    char *block = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');

    UNREFERENCED_PARAMETER(context);
    switch (WHAT) {
    case 1: /* A null pointer. */
        *(volatile int *)8 = 1;
        break;
    case 2: /* The same at DISPATCH_LEVEL. */
        KeRaiseIrql(DISPATCH_LEVEL, &old);
        *(volatile int *)8 = 1;
        break;
    case 3: /* Division by zero. */
        zero = 1000 / zero;
        break;
    case 4: /* Overflow of the stack. */
        endless(0);
        break;
    case 5: /* A kernel function on a bad pointer. */
        KeSetEvent((PRKEVENT)16, 0, FALSE);
        break;
    case 6: /* Overrun of a pool block. */
        RtlFillMemory(block, 80, 1);
        ExFreePool(block);
        break;
    case 7: /* The machine itself is overwritten. */
        RtlFillMemory((PVOID)((ULONG_PTR)KeGetCurrentThread() & ~(ULONG_PTR)0xfffff), 0x200000,
                      0x55);
        break;
    case 8: /* A lock that nobody gives back. */
        KeAcquireSpinLock(&lock, &old);
        KeAcquireSpinLock(&lock, &old);
        break;
    case 9: /* A loop at DISPATCH_LEVEL. */
        KeRaiseIrql(DISPATCH_LEVEL, &old);
        for (;;)
            KeStallExecutionProcessor(10);
    case 10: /* A loop that calls nobody. */
        while (zero == 0)
            continue;
        break;
    case 12: /* A stop of the driver's own. */
        KeBugCheckEx(0xCE, 1, 2, 3, 4);
    case 16: /* The process' own memory is overwritten, its name too. */
        RtlFillMemory(PsGetCurrentProcess(), 100, 0xff);
        KeBugCheckEx(0xCE, 1, 2, 3, 4);
    case 15: /* An exception that nobody handles. */
        ExRaiseStatus(STATUS_ACCESS_DENIED);
    case 14: /* A write to a constant. */
        *(volatile char *)(ULONG_PTR) "constant" = 1;
        break;
    case 13: /* A filter that has the instruction done again, and mends nothing. */
        __try {
            *(volatile int *)8 = 1;
        } __except (EXCEPTION_CONTINUE_EXECUTION) {
        }
        break;
    default: /* An exception that is caught. */
        __try {
            *(volatile int *)8 = 1;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            DbgPrint("caught %x\n", GetExceptionCode());
        }
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    HANDLE handle;

    UNREFERENCED_PARAMETER(path);
    PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, mistake, driver);
    ZwClose(handle);
    return STATUS_SUCCESS;
}
