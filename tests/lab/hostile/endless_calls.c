/* endless_calls.c - a driver that calls the kernel for ever. */

static const EXIFS_VERSION Row = SOUND_ROW;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    for (;;) {
        (VOID) KeGetCurrentIrql();
    }
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
