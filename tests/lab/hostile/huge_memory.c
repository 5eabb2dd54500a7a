/* huge_memory.c - a driver that takes as much memory as it gets. */

static const EXIFS_VERSION Row = SOUND_ROW;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    for (;;) {
        char *bytes = (char *)(ULONG_PTR)Host(HOST_MMAP, 0, 1 << 28, 3, 0x22);
        long long i;

        for (i = 0; (long long)(ULONG_PTR)bytes > 0 && i < 1 << 28; i += 4096) {
            bytes[i] = 1;
        }
        if ((long long)(ULONG_PTR)bytes < 0) {
            Host(HOST_EXIT, 3, 0, 0, 0);
        }
    }
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
