/* talks.c - a driver that prints without an end. */

static const EXIFS_VERSION Row = SOUND_ROW;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    for (;;) {
        Say("and so on, and so on, and so on, and so on, and so on, and so on, and so on\n");
    }
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
