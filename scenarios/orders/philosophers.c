/* philosophers.c - THREADS philosophers sit at a round table with a fork between each two, and each
 * needs both forks beside him.
 *
 * All take the right fork first. When each has one, all wait for ever for the left one. Defined
 * MENDED, the last philosopher takes the left fork first. Defined TOGETHER, all take both forks in
 * one wait.
 */
#include "story.h"

static KMUTEX Forks[THREADS];

static VOID TakeForks(PKMUTEX First, PKMUTEX Second)
{
#if defined(TOGETHER)
    PVOID both[] = { First, Second };

    KeWaitForMultipleObjects(2, both, WaitAll, Executive, KernelMode, FALSE, NULL, NULL);
#else
    WaitFor(First);
    WaitFor(Second);
#endif
}

static VOID Eats(PVOID Context)
{
    ULONG right = (ULONG)(ULONG_PTR)Context, left = (right + 1) % THREADS;

#if defined(MENDED)
    if (right == THREADS - 1)
        TakeForks(&Forks[left], &Forks[right]);
    else
#endif
        TakeForks(&Forks[right], &Forks[left]);
    KeReleaseMutex(&Forks[left], FALSE);
    KeReleaseMutex(&Forks[right], FALSE);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ULONG i;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    for (i = 0; i < THREADS; i++)
        KeInitializeMutex(&Forks[i], 0);
    return StartAlike(THREADS, Eats);
}
