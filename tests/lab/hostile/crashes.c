/* crashes.c - a driver that jumps into nothing. */

static const EXIFS_VERSION Row = SOUND_ROW;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    ((VOID(*)(VOID))(ULONG_PTR)8)();
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
