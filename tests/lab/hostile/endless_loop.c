/* endless_loop.c - a driver that never comes back. */

static const EXIFS_VERSION Row = SOUND_ROW;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    for (;;) {
    }
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
