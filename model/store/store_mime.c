/* store_mime.c - phase two of a delivery: what a message is made of.
 *
 * Phase one keeps the whole of it: a stream in the .stm and a pointer to it. Phase two looks into
 * it: the properties of the folder's row, attachments, and whether there is a TNEF part. A message
 * with one is converted to MAPI at once and is the .edb's from then on: a client that wants MIME
 * later has it made again (store_stubs.c). Any other stays in the .stm as it came.
 *
 * (facts/exchange-exifs.md 2.1, step 11.) A part that is a message of parts is looked into in the
 * same way: the parser calls itself. Its frames are large and a thread's stack is not, so a message
 * of a few hundred parts within parts ends the store with a stack overflow; the sender keeps it and
 * brings it again. That is the picture of KB 926676, whose article says "unusual messages" and no
 * more.
 */
#include <windows.h>
#include "model/store/store_inside.h"

enum {
    STACK_BYTES = 256 * 1024, /* Stack of a worker thread of the store: invented. */
    FRAME_BYTES = 1600,       /* The parser's frame for each part within a part: invented. */
    PART_US = 15,
    CONVERT_US = 3000, /* MIME with TNEF to properties, and each page of it: estimates. */
    CONVERT_PAGE_US = 120,
    EDB_ROWS = 65536,
    EDB_PLACES = 256,
};

/* Writes the event of the store's own exception filter, which runs before the debugger. */
static VOID overflow(void)
{
    nt_report_event(1, 2, "MSExchangeIS", 9673,
                    "An exception with code 0x%08x was thrown in module C:\\Program "
                    "Files\\Exchsrvr\\bin\\store.exe; some parameters and their values were "
                    "<Exception address - 0x%08x>.",
                    (unsigned)STATUS_STACK_OVERFLOW, STORE_PARSER_ADDRESS);
    RaiseException((DWORD)STATUS_STACK_OVERFLOW, 0, 0, NULL);
}

static ULONG parse_part(ULONG depth, ULONG nesting, ULONG stack)
{
    if (stack < FRAME_BYTES)
        overflow();
    nt_compute(US(PART_US));
    return depth < nesting ? 1 + parse_part(depth + 1, nesting, stack - FRAME_BYTES) : 1;
}

/* ---- TNEF ------------------------------------------------------------------------------------ */

ULONG store_number_of(PCWSTR name)
{
    ULONG number = 0;

    for (PCWSTR at = name + 1; *at >= L'0' && *at <= L'9'; at++)
        number = number * 10 + (ULONG)(*at - L'0');
    return number;
}

/* A fixed share of the message numbers has one: no chance is involved. */
BOOL store_has_tnef(PCWSTR name)
{
    return store_number_of(name) * 2246822519u % 1000000 < server_site()->set.store.tnef_ppm;
}

/* The rows of the .edb begin behind the page that says how the database was left. */
static LONG write_properties(PVOID buffer, ULONG bytes, ULONG number)
{
    OVERLAPPED at = { .Offset = EDB_ROWS + number % EDB_PLACES * EXIFS_WRITE_BYTES_MAX };
    HANDLE edb = CreateFileW(L"D:\\Exchsrvr\\Mdbdata\\priv1.edb", GENERIC_WRITE,
                             FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
    DWORD written;

    if (edb == INVALID_HANDLE_VALUE)
        return JET_errSLVFileIO;
    BOOL ok = WriteFile(edb, buffer, bytes, &written, &at);

    CloseHandle(edb);
    return ok ? 0 : JET_errSLVFileIO;
}

static LONG convert_stream(struct store *self, PCWSTR name, PVOID buffer)
{
    ULONG got = 1, first = 0;
    PIFSFILE file;
    LONG error = IfsOpen(self->proxy, ROOT_NAME, name, ExifsOpenExisting, &file);

    if (error != 0)
        return error;
    for (ULONG64 at = 0; error == 0 && got > 0; at += got) {
        error = IfsRead(file, at, buffer, EXIFS_WRITE_BYTES_MAX, &got);
        nt_compute(US(CONVERT_PAGE_US) * (got / EXIFS_PAGE_SIZE + 1));
        first = first == 0 ? got : first;
    }
    IfsClose(file);
    return error != 0 ? error : write_properties(buffer, first, store_number_of(name));
}

LONG store_phase_two(struct store *self, const EPOXY_MESSAGE *message)
{
    LONG error = 0;
    PVOID buffer;

    if (message->Row > 0) /* The parsing of ordinary mail is part of the time of a commit. */
        parse_part(1, message->Row, STACK_BYTES);
    if (!store_has_tnef(message->Name) || message->Ea.RunCount > EXIFS_RUNS_MAX)
        return 0; /* The message has more runs than a name's entry holds: it stays as it came. */
    buffer = VirtualAlloc(NULL, EXIFS_WRITE_BYTES_MAX, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (buffer == NULL)
        return JET_errOutOfMemory;
    nt_compute(US(CONVERT_US));
    error = convert_stream(self, message->Name, buffer);
    VirtualFree(buffer, 0, MEM_RELEASE);
    return error;
}
