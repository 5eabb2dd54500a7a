/* double_checked.c - two threads need an object, and the first one to come makes it, under a lock.
 *
 * Who sees the pointer goes past the lock. The maker sets the pointer before it sets the object's
 * field, so the other thread finds half an object. Defined MENDED, the pointer is set last: that is
 * enough where memory is written in the order of the program, as here.
 */
#include "story.h"

typedef struct _OBJECT {
    LONG Value;
} OBJECT, *POBJECT;

static FAST_MUTEX Lock;
static OBJECT Storage;
static POBJECT Object; /* NULL: not made yet. */

/* Called with the lock held. */
static VOID Make(VOID)
{
#if defined(MENDED)
    Storage.Value = 1;
    Object = &Storage;
#else
    Object = &Storage;
    Storage.Value = 1;
#endif
}

static VOID Uses(PVOID Context)
{
    POBJECT object = Object;
    LONG value;

    UNREFERENCED_PARAMETER(Context);
    if (object == NULL) {
        ExAcquireFastMutex(&Lock);
        if (Object == NULL)
            Make();
        object = Object;
        ExReleaseFastMutex(&Lock);
    }
    value = object->Value;
    if (value != 1)
        Wrong(value, 1);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&Lock);
    return StartAlike(2, Uses);
}
