/* inetinfo_tracking.c - message tracking: a line of the log for each message, by a thread of its
 * own.
 *
 * SMTP has a MailMsg object for each message and deletes it once the message is delivered. Tracking
 * notes the message when it is handed to local delivery and writes its line in a thread of its own;
 * the disk of the log decides when.
 *
 *     SMTP       begin .... note ......... deliver ........ end: last reference? delete
 *     tracking                  ... earlier lines ... read MailMsg, write the line
 *
 * SP2's tracking keeps the address and not a reference. Nearly always the line is written long
 * before the message is delivered; on a gateway whose log disk is behind, the object is gone, and
 * reading it is an access violation in inetinfo: KB 910618. The hotfix raises the count.
 */
#include <windows.h>
#include "model/inetinfo/inetinfo_tracking.h"

enum { ENTRIES_MAX = 4096, LINE_US = 60, LINE_BYTES = 512 };

typedef struct _MAILMSG {
    ULONG References, MessageId, Bytes, Reserved;
} MAILMSG;

struct tracking {
    HANDLE work, log;
    PVOID line; /* Line of the log, in exposed memory. */
    CRITICAL_SECTION lock;
    ULONG first, count;
    ULONG_PTR entries[ENTRIES_MAX];
};

/* ---- MailMsg --------------------------------------------------------------------------------- */

static VOID reference(struct tracking *self, ULONG_PTR mailmsg, int change)
{
    MAILMSG object;

    EnterCriticalSection(&self->lock);
    CopyMemory(&object, (PVOID)mailmsg, sizeof object);
    object.References = (ULONG)((int)object.References + change);
    CopyMemory((PVOID)mailmsg, &object, sizeof object);
    LeaveCriticalSection(&self->lock);
    if (object.References == 0)
        VirtualFree((PVOID)mailmsg, 0, MEM_RELEASE);
}

ULONG_PTR tracking_begin(struct tracking *self, const struct message *message)
{
    MAILMSG object = { .References = 1, .MessageId = message->id, .Bytes = message->bytes };
    PVOID mailmsg;

    if (self == NULL)
        return 0;
    mailmsg = VirtualAlloc(NULL, sizeof object, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (mailmsg != NULL)
        CopyMemory(mailmsg, &object, sizeof object);
    return (ULONG_PTR)mailmsg;
}

VOID tracking_end(struct tracking *self, ULONG_PTR mailmsg)
{
    if (self != NULL && mailmsg != 0)
        reference(self, mailmsg, -1);
}

/* ---- The log --------------------------------------------------------------------------------- */

static BOOL counts(void) { return server_site()->set.inetinfo.tracking == TRACKING_KB910618; }

VOID tracking_note(struct tracking *self, ULONG_PTR mailmsg)
{
    BOOL room;

    if (self == NULL || mailmsg == 0)
        return;
    if (counts())
        reference(self, mailmsg, 1);
    EnterCriticalSection(&self->lock);
    room = self->count < ENTRIES_MAX;
    if (room)
        self->entries[(self->first + self->count++) % ENTRIES_MAX] = mailmsg;
    LeaveCriticalSection(&self->lock);
    if (room)
        ReleaseSemaphore(self->work, 1, NULL);
    else if (counts())
        reference(self, mailmsg, -1);
}

static ULONG_PTR next_entry(struct tracking *self)
{
    ULONG_PTR mailmsg = 0;

    EnterCriticalSection(&self->lock);
    if (self->count > 0) {
        mailmsg = self->entries[self->first];
        self->first = (self->first + 1) % ENTRIES_MAX;
        self->count--;
    }
    LeaveCriticalSection(&self->lock);
    return mailmsg;
}

static VOID write_line(struct tracking *self, ULONG_PTR mailmsg)
{
    MAILMSG object;
    DWORD written;

    CopyMemory(&object, (PVOID)mailmsg, sizeof object); /* (!) The MailMsg object may be gone. */
    nt_compute(US(LINE_US));
    CopyMemory(self->line, &object, sizeof object);
    WriteFile(self->log, self->line, LINE_BYTES, &written, NULL);
    if (counts())
        reference(self, mailmsg, -1);
}

static DWORD WINAPI tracking_thread(LPVOID context)
{
    struct tracking *self = context;
    ULONG_PTR mailmsg;

    nt_name_thread("tracking");
    while (WaitForSingleObject(self->work, INFINITE) == WAIT_OBJECT_0)
        if ((mailmsg = next_entry(self)) != 0)
            write_line(self, mailmsg);
    return 0;
}

struct tracking *tracking_start(void)
{
    struct tracking *self;

    if (server_site()->set.inetinfo.tracking == TRACKING_OFF)
        return NULL;
    self = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *self);
    InitializeCriticalSection(&self->lock);
    self->line = VirtualAlloc(NULL, LINE_BYTES, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    self->work = CreateSemaphoreW(NULL, 0, 0x7fffffff, NULL);
    self->log =
        CreateFileW(L"C:\\Exchsrvr\\EXIFSIM.log\\20060905.log", GENERIC_WRITE, FILE_SHARE_READ,
                    NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_WRITE_THROUGH, NULL);
    server_start_threads(self, tracking_thread, 1);
    return self;
}
