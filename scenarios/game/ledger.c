/* ledger.c - two clerks write into one ledger, and neither locks it.
 *
 * Each reads the balance, adds a hundred, and writes the sum back. The clerk who is done last looks
 * whether both hundreds are there. If one clerk read before the other wrote, one hundred is lost.
 */
#include "../orders/story.h"

enum { CLERKS = 2, HUNDRED = 100 };

static LONG Balance, Done;

static VOID Books(VOID)
{
    LONG balance = Balance;

    Balance = balance + HUNDRED;
    if (InterlockedIncrement(&Done) == CLERKS && Balance != CLERKS * HUNDRED)
        Wrong(Balance, CLERKS * HUNDRED);
}

static VOID Anna(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    Books();
}

static VOID Boris(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    Books();
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Anna, Boris };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    return StartThreads(ARRAYSIZE(threads), threads);
}
