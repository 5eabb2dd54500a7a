/* writes_files.c - a driver that writes where the teacher's files are. */

static const EXIFS_VERSION Row = SOUND_ROW;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    static const char *const paths[] = { TEACHER "/written", "/tmp/exifsim_hostile",
                                         "/etc/exifsim_hostile" };
    ULONG i;

    for (i = 0; i < 3; i++) {
        long long file = Host(HOST_OPEN, (long long)(ULONG_PTR)paths[i], 0101, 0644, 0);

        if (file >= 0) {
            Host(HOST_WRITE, file, (long long)(ULONG_PTR) "x", 1, 0);
        }
    }
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
