/* readers.c - one thread writes a word, READERS threads read it.
 *
 * Nothing goes wrong. Each reader comes before the writer or after it, and readers do not disturb
 * each other, so the number of orders is 2^READERS.
 */
#include "story.h"

static LONG Word;

static VOID Reads(VOID)
{
    LONG seen = Word;

    UNREFERENCED_PARAMETER(seen);
}

static VOID WritesOrReads(PVOID Context)
{
    if (Context == NULL)
        Word = 1;
    else
        Reads();
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    return StartAlike(1 + READERS, WritesOrReads);
}
