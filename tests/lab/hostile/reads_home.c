/* reads_home.c - a driver that reads what the teacher keeps, and says it. */

static const EXIFS_VERSION Row = SOUND_ROW;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    static char bytes[4096];
    long long file = Host(HOST_OPEN, (long long)(ULONG_PTR)TEACHER "/secret", 0, 0, 0);
    long long got = file >= 0 ? Host(0, file, (long long)(ULONG_PTR)bytes, sizeof(bytes), 0) : 0;

    Say("home: ");
    if (got > 0) {
        Host(HOST_WRITE, 1, (long long)(ULONG_PTR)bytes, got, 0);
    }
    Host(HOST_EXIT, 0, 0, 0, 0);
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
