/* store_backup.c - an online backup: the store itself reads its files for the caller.
 *
 * ntbackup asks (console.h); the janitor does the reading, so nothing is deleted meanwhile, while
 * mail goes on coming in. Of the .stm each page of a message is read and its checksum looked at.
 * The first that is not what was committed ends the backup: events 478 and 217 (KB 814891, 318429;
 * facts/exchange-exifs.md 8.2). So a good backup says that every page was good.
 */
#include <windows.h>
#include "model/outside/console.h"
#include "model/store/store_inside.h"

enum { PIECE = 65536, VERIFY_US = 15 };

#define EDB "D:\\Exchsrvr\\Mdbdata\\priv1.edb"
#define STM "E:\\Exchsrvr\\Mdbdata\\priv1.stm"

static unsigned own_id(void) { return (unsigned)GetCurrentProcessId(); }

static void begin_file(const char *file)
{
    nt_report_event(1, 0, "ESE", 220,
                    "(simulated text) Information Store (%u) Beginning the backup of the file %s.",
                    own_id(), file);
}

static void end_file(const char *file)
{
    nt_report_event(1, 0, "ESE", 222,
                    "(simulated text) Information Store (%u) Ending the backup of the file %s.",
                    own_id(), file);
}

/* The .edb's pages have their checksums in themselves; nothing of that is modelled. */
static LONG read_edb(void)
{
    HANDLE edb = CreateFileW(L"" EDB, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                             OPEN_EXISTING, FILE_FLAG_NO_BUFFERING, NULL);
    PVOID piece = VirtualAlloc(NULL, PIECE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    DWORD got = 0;
    LONG error = edb != INVALID_HANDLE_VALUE && piece != NULL ? 0 : JET_errSLVFileIO;

    do {
        if (error == 0 && !ReadFile(edb, piece, PIECE, &got, NULL))
            error = JET_errSLVFileIO;
    } while (error == 0 && got > 0);
    if (piece != NULL)
        VirtualFree(piece, 0, MEM_RELEASE);
    if (edb != INVALID_HANDLE_VALUE)
        CloseHandle(edb);
    return error;
}

static void report_478(ULONG page, const ESE_VERIFIED *read)
{
    unsigned long long offset = (unsigned long long)page * EXIFS_PAGE_SIZE;

    nt_report_event(1, 2, "ESE", 478,
                    "Information Store (%u) The streaming page read from the file \"" STM
                    "\" at offset %llu (0x%016llx) for 4096 (0x00001000) bytes failed verification "
                    "due to a page checksum mismatch. The expected checksum was %u (0x%08x) and "
                    "the actual checksum was %u (0x%08x). The read operation will fail with error "
                    "-613 (0xfffffd9b).",
                    own_id(), offset, offset, (unsigned)read->Expected, (unsigned)read->Expected,
                    (unsigned)read->Actual, (unsigned)read->Actual);
}

LONG store_verify(struct store *self, const EXIFS_EA_LIST *ea)
{
    LONG error = 0;

    for (ULONG i = 0; server_site()->set.store.checksums && i < ea->RunCount && i < EXIFS_RUNS_MAX;
         i++)
        for (ULONG page = 0; page < ea->Runs[i].Pages && error == 0; page++) {
            ESE_VERIFIED read;

            error = EseVerifyPage(self->database, ea->Runs[i].FirstPage + page, &read);
            nt_compute(US(VERIFY_US));
            if (error == JET_errSLVReadVerifyFailure)
                report_478(ea->Runs[i].FirstPage + page, &read);
        }
    return error;
}

LONG store_verify_stream(struct store *self, PCWSTR name)
{
    EXIFS_EA_LIST ea;
    EXIFS_ROOT_ID root;

    if (!server_site()->set.store.checksums)
        return 0;
    EseGetRoot(self->database, &root);
    LONG error = Ex32Lookup(self->ex32, root.RootId, name, &ea);

    return error == 0 ? store_verify(self, &ea) : error;
}

static LONG read_stm(struct store *self, struct backup *backup)
{
    ESE_COUNTS counts;
    ULONG size;
    LONG error = 0;

    EseCount(self->database, &counts);
    size = counts.FreePages + counts.ReservedPages + counts.CommittedPages + counts.DeletedPages;
    for (ULONG page = 0; page < size && error == 0; page++) {
        ESE_VERIFIED read;

        error = EseVerifyPage(self->database, page, &read);
        if (read.Kept) {
            nt_compute(US(VERIFY_US));
            backup->pages++;
        }
        if (error == JET_errSLVReadVerifyFailure)
            report_478(page, &read);
    }
    return error;
}

static LONG read_all(struct store *self, struct backup *backup)
{
    LONG error;

    nt_report_event(1, 0, "ESE", 210,
                    "(simulated text) Information Store (%u) A full backup is starting.", own_id());
    begin_file(EDB);
    error = read_edb();
    if (error == 0) {
        end_file(EDB);
        begin_file(STM);
        error = read_stm(self, backup);
    }
    if (error == 0)
        end_file(STM);
    else
        nt_report_event(1, 2, "ESE", 217,
                        "(simulated text) Information Store (%u) Error (%d) during backup of a "
                        "database (file " EDB "). The database will be unable to restore.",
                        own_id(), (int)error);
    return error;
}

void store_backup_if_wanted(struct store *self)
{
    struct backup *backup = &server_site()->console->backup;

    if (!backup->wanted || !store_begin_work(self))
        return;
    backup->process = GetCurrentProcessId();
    backup->running = true;
    backup->wanted = false;
    backup->pages = 0;
    backup->error = read_all(self, backup);
    server_note_error(backup->error);
    backup->running = false;
    store_end_work(self);
}
