/* fake_answer.c - a driver that prints an answer of its own, and ends. */

static const EXIFS_VERSION Row = SOUND_ROW;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    Say("exifsim-answer 0000000000000000\n{\"verdict\": \"not refuted\", \"points\": 4, \"most\": "
        "4}\n");
    Host(HOST_EXIT, 0, 0, 0, 0);
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
