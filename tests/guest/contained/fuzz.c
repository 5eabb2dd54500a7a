/* fuzz.c - a driver that calls functions of the door at random, with arguments that are null, wild,
 * freed or right. SEED chooses. Whatever follows must be the machine's. */
#include <ntifs.h>

DRIVER_INITIALIZE DriverEntry;
static ULONG seed = SEED;

static ULONG rnd(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static char globals[4096];
static PVOID blocks[16];
static PVOID any(void)
{
    char local[64];

    switch (rnd() % 12) {
    case 0:
        return NULL;
    case 1:
        return (PVOID)(ULONG_PTR)rnd();
    case 2:
        return (PVOID)(ULONG_PTR)0xdeadbeefcafebabe;
    case 3:
        return globals + rnd() % 4096;
    case 4:
        return local;
    case 5:
        return blocks[rnd() % 16];
    case 6:
        return blocks[rnd() % 16] ? (char *)blocks[rnd() % 16] + rnd() % 64 : NULL;
    case 7:
        return KeGetCurrentThread();
    case 8:
        return PsGetCurrentProcess();
    case 9:
        return (PVOID)(ULONG_PTR)(0xe8000000u + rnd() % 0x1000000);
    case 10:
        return (char *)KeGetCurrentThread() + (LONG)(rnd() % 4096) - 2048;
    default:
        return (PVOID)(ULONG_PTR)any;
    }
}
static VOID fuzz(PVOID context)
{
    KIRQL old;
    LARGE_INTEGER li;

    UNREFERENCED_PARAMETER(context);
    for (int i = 0; i < 400; i++) {
        ULONG n = rnd() % 45;
        __try {
            switch (n) {
            case 0:
                blocks[rnd() % 16] = ExAllocatePoolWithTag(rnd() % 2, rnd() % 5000 + 1, 'zzuF');
                break;
            case 1:
                ExFreePool(any());
                break;
            case 2:
                KeSetEvent(any(), 0, FALSE);
                break;
            case 3:
                KeClearEvent(any());
                break;
            case 4:
                KeInitializeEvent(any(), SynchronizationEvent, FALSE);
                break;
            case 5:
                li.QuadPart = -10000;
                KeWaitForSingleObject(any(), Executive, KernelMode, FALSE, &li);
                break;
            case 6:
                KeAcquireSpinLock(any(), &old);
                break;
            case 7:
                KeReleaseSpinLock(any(), (KIRQL)(rnd() % 3));
                break;
            case 8:
                KeInitializeTimer(any());
                break;
            case 9:
                li.QuadPart = -10000;
                KeSetTimer(any(), li, any());
                break;
            case 10:
                KeInitializeDpc(any(), any(), NULL);
                break;
            case 11:
                KeInsertQueueDpc(any(), NULL, NULL);
                break;
            case 12:
                ExAcquireFastMutex(any());
                break;
            case 13:
                ExReleaseFastMutex(any());
                break;
            case 14:
                ObReferenceObject(any());
                break;
            case 15:
                ObDereferenceObject(any());
                break;
            case 16:
                ZwClose(any());
                break;
            case 17:
                IoFreeMdl(any());
                break;
            case 18:
                blocks[rnd() % 16] = IoAllocateMdl(any(), rnd() % 70000, FALSE, FALSE, NULL);
                break;
            case 19:
                MmProbeAndLockPages(any(), rnd() % 2, IoWriteAccess);
                break;
            case 20:
                MmUnlockPages(any());
                break;
            case 21:
                MmGetSystemAddressForMdlSafe(any(), NormalPagePriority);
                break;
            case 22:
                IoCompleteRequest(any(), 0);
                break;
            case 23:
                IoFreeIrp(any());
                break;
            case 24:
                blocks[rnd() % 16] = IoAllocateIrp(2, FALSE);
                break;
            case 25:
                KeRaiseIrql((KIRQL)(rnd() % 4), &old);
                break;
            case 26:
                KeLowerIrql(0);
                break;
            case 27:
                RtlFillMemory(any(), rnd() % 300, rnd());
                break;
            case 28:
                RtlCopyMemory(any(), any(), rnd() % 300);
                break;
            case 29:
                *(volatile ULONG_PTR *)any() = rnd();
                break;
            case 30:
                (void)*(volatile ULONG_PTR *)any();
                break;
            case 31:
                KeReleaseMutex(any(), FALSE);
                break;
            case 32:
                KeInitializeMutex(any(), 0);
                break;
            case 33:
                KeReleaseSemaphore(any(), 0, rnd() % 10, FALSE);
                break;
            case 34:
                ExQueueWorkItem(any(), DelayedWorkQueue);
                break;
            case 35:
                IoDeleteDevice(any());
                break;
            case 36:
                KeCancelTimer(any());
                break;
            case 37:
                ExAcquireResourceExclusiveLite(any(), TRUE);
                break;
            case 38:
                IoCancelIrp(any());
                break;
            case 39:
                KeEnterCriticalRegion();
                break;
            case 40:
                KeInitializeQueue(any(), rnd() % 3);
                break;
            case 41:
                KeInsertQueue(any(), any());
                break;
            case 42:
                KeInsertHeadQueue(any(), any());
                break;
            case 43:
                li.QuadPart = 0;
                KeRemoveQueue(any(), KernelMode, &li);
                break;
            case 44:
                KeRundownQueue(any());
                break;
            }
        } __except (rnd() % 4 != 0) {
        }
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}
NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    HANDLE handle;

    UNREFERENCED_PARAMETER(path);
    for (int i = 0; i < 3; i++) {
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, fuzz, driver);
        ZwClose(handle);
    }
    return STATUS_SUCCESS;
}
