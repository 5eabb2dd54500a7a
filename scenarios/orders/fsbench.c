/* fsbench.c - threads make files: each takes an inode, and the first free block from a place that
 * follows from the inode's number.
 *
 * There are 26 inodes and 26 blocks, each with a lock of its own, and 27 threads: the last one
 * indexes past the array, in every order, and a check stops the machine before it does. Defined
 * MENDED, there are 26 threads. Only threads I and I + 13 then meet, at block 2 * I, so the number
 * of orders is 2^13.
 */
#include "story.h"

enum { INODES = 26, BLOCKS = 26 };
#if defined(MENDED)
enum { THREADS = INODES };
#else
enum { THREADS = INODES + 1 };
#endif

static FAST_MUTEX InodeLocks[INODES], BlockLocks[BLOCKS];
/* A machine word for each, so that neighbours are not in each other's way. */
static ULONG_PTR Inodes[INODES]; /* Block of an inode, counted from 1; 0: none yet. */
static ULONG_PTR Busy[BLOCKS];   /* 0: free. */

/* Marks a block as busy. FALSE: it was. */
static BOOLEAN TakeBlock(ULONG Block)
{
    BOOLEAN taken;

    ExAcquireFastMutex(&BlockLocks[Block]);
    taken = Busy[Block] == 0;
    if (taken)
        Busy[Block] = 1;
    ExReleaseFastMutex(&BlockLocks[Block]);
    return taken;
}

static VOID MakesFile(PVOID Context)
{
    ULONG inode = (ULONG)(ULONG_PTR)Context, block, tries;

    if (inode >= INODES)
        Wrong((LONG)inode, INODES - 1);
    ExAcquireFastMutex(&InodeLocks[inode]);
    if (Inodes[inode] == 0) {
        block = inode * 2 % BLOCKS;
        for (tries = 0; tries < BLOCKS && !TakeBlock(block); tries++)
            block = (block + 1) % BLOCKS;
        Inodes[inode] = block + 1;
    }
    ExReleaseFastMutex(&InodeLocks[inode]);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ULONG i;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    for (i = 0; i < INODES; i++)
        ExInitializeFastMutex(&InodeLocks[i]);
    for (i = 0; i < BLOCKS; i++)
        ExInitializeFastMutex(&BlockLocks[i]);
    return StartAlike(THREADS, MakesFile);
}
