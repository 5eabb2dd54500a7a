/* circular_buffer.c - one producer and one consumer share a ring of ten places, without a lock.
 *
 * The producer moves its index before it writes the element, so the consumer may read the place
 * before the element is there. Defined MENDED, the producer writes first: for one producer and one
 * consumer that is enough, where memory is written in the order of the program, as here.
 */
#include "story.h"

enum { PLACES = 10, ELEMENTS = 2 };

static LONG Buffer[PLACES], Head, Tail;

static VOID Produces(PVOID Context)
{
    LONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < ELEMENTS; i++) { /* The ring is never full. */
#if defined(MENDED)
        Buffer[i % PLACES] = i + 1;
        Tail = i + 1;
#else
        Tail = i + 1;
        Buffer[i % PLACES] = i + 1;
#endif
    }
}

static VOID Consumes(PVOID Context)
{
    LONG i, element;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < ELEMENTS && Tail > i; i++) {
        element = Buffer[i % PLACES];
        if (element != i + 1)
            Wrong(element, i + 1);
        Head = i + 1;
    }
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Produces, Consumes };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    return StartThreads(ARRAYSIZE(threads), threads);
}
