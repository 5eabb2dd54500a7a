/* account.c - a deposit, a withdrawal and a checker that sums up wrongly.
 *
 * Each thread does its part under one mutex. Once both bookings are made, the checker compares the
 * balance with what it should be, and has the sign of the deposit wrong. Every order in which the
 * checker is last stops. Defined MENDED, the checker adds the deposit.
 */
#include "story.h"

enum { BEGINNING = 1, DEPOSIT = 2, WITHDRAWAL = 4 };

static KMUTEX Lock;
static LONG Balance = BEGINNING;
static BOOLEAN Deposited, Withdrawn;

static VOID Checks(PVOID Context)
{
#if defined(MENDED)
    LONG expected = BEGINNING + DEPOSIT - WITHDRAWAL;
#else
    LONG expected = BEGINNING - DEPOSIT - WITHDRAWAL;
#endif

    UNREFERENCED_PARAMETER(Context);
    WaitFor(&Lock);
    if (Deposited && Withdrawn && Balance != expected)
        Wrong(Balance, expected);
    KeReleaseMutex(&Lock, FALSE);
}

static VOID Deposits(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    WaitFor(&Lock);
    Balance += DEPOSIT;
    Deposited = TRUE;
    KeReleaseMutex(&Lock, FALSE);
}

static VOID Withdraws(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    WaitFor(&Lock);
    Balance -= WITHDRAWAL;
    Withdrawn = TRUE;
    KeReleaseMutex(&Lock, FALSE);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Checks, Deposits, Withdraws };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeMutex(&Lock, 0);
    return StartThreads(ARRAYSIZE(threads), threads);
}
