/* exwin32.c - names of streams, in a hash table whose chains run through exposed memory.
 *
 *     Heads[hash] --> entry --Next--> entry --Next--> 0        (256 entries of 256 bytes)
 *
 * The heads are private; the entries are not, and a stray write of 64 bytes may land on one (see
 * exifs_transfer.c in the driver). Old builds follow Next wherever it leads. The hotfix looks at
 * each entry's check word first; finding one damaged it takes it out, and links the sound ones
 * anew.
 *
 * Entry 0 is never used, so that a Next of 0 ends a chain.
 */
#include "exwin32_internal.h"

#define EX32_HEADS   64u
#define EX32_ENTRIES 256u
#define EX32_WORDS   64u

typedef struct _EX32_ENTRY {
    ULONG Generation; /* 0: not in use. */
    ULONG FileId;
    ULONG RootId;
    ULONG Next; /* EXIFS_OFFSET from the table. */
    ULONG64 Length;
    ULONG RunCount;
    ULONG Check;
    WCHAR Name[EXIFS_NAME_CHARS];
    EXIFS_RUN Runs[EXIFS_RUNS_MAX];
    ULONG Reserved[8];
} EX32_ENTRY, *PEX32_ENTRY;

_Static_assert(sizeof(EX32_ENTRY) == EX32_WORDS * sizeof(ULONG), "entries fill the table evenly");

struct _EX32 {
    const EX32_VERSION *Version;
    PIFSPROXY Proxy;
    CRITICAL_SECTION Lock; /* Guards all below. */
    PUCHAR Table;          /* Exposed: EX32_ENTRY[EX32_ENTRIES]. */
    ULONG Heads[EX32_HEADS];
    ULONG NextSlot; /* Entries are used in turn, the oldest again when all are used. */
    ULONG Repaired;
};

/* ---- Entries --------------------------------------------------------------------------------- */

static ULONG CheckOf(const EX32_ENTRY *entry)
{
    const ULONG *words = (const ULONG *)entry;
    ULONG check = 0x4E616D65u;
    ULONG i;

    for (i = 0; i < EX32_WORDS; i++) {
        if (words + i != &entry->Check) {
            check = ((check << 5) | (check >> 27)) ^ words[i];
        }
    }
    return check;
}

static VOID GetEntry(PEX32 ex32, ULONG offset, PEX32_ENTRY entry)
{
    CopyMemory(entry, ex32->Table + EXIFS_OFFSET(offset), sizeof(*entry));
}

static VOID PutEntry(PEX32 ex32, ULONG offset, PEX32_ENTRY entry)
{
    entry->Check = CheckOf(entry);
    CopyMemory(ex32->Table + EXIFS_OFFSET(offset), entry, sizeof(*entry));
}

static BOOL IsSound(const EX32_ENTRY *entry)
{
    return entry->Check == CheckOf(entry) && entry->Next % sizeof(*entry) == 0 &&
           entry->Next < EX32_ENTRIES * sizeof(*entry) && entry->RunCount <= EXIFS_RUNS_MAX;
}

static ULONG HashOf(ULONG rootId, PCWSTR name)
{
    ULONG hash = 2166136261u ^ rootId;

    while (*name != 0) {
        WCHAR c = *name++;

        if (c >= L'A' && c <= L'Z') {
            c = (WCHAR)(c + (L'a' - L'A'));
        }
        hash = (hash ^ c) * 16777619u;
    }
    return hash % EX32_HEADS;
}

static VOID LinkEntry(PEX32 ex32, ULONG offset, PEX32_ENTRY entry)
{
    PULONG head = &ex32->Heads[HashOf(entry->RootId, entry->Name)];

    entry->Next = *head;
    PutEntry(ex32, offset, entry);
    *head = offset;
}

/* The hotfix found damage: links the sound entries anew, and empties the others. */
static VOID Rebuild(PEX32 ex32)
{
    ULONG i;

    ZeroMemory(ex32->Heads, sizeof(ex32->Heads));
    for (i = 1; i < EX32_ENTRIES; i++) {
        ULONG offset = i * (ULONG)sizeof(EX32_ENTRY);
        EX32_ENTRY entry;

        GetEntry(ex32, offset, &entry);
        if (!IsSound(&entry)) {
            ex32->Repaired++;
            ZeroMemory(&entry, sizeof(entry));
            PutEntry(ex32, offset, &entry);
        } else if (entry.Generation != 0) {
            LinkEntry(ex32, offset, &entry);
        }
    }
}

/* Follows a chain to an entry: by name, or if that is NULL, by its place. *before is the one that
 * links to it, 0 for the head. 0: there is none, or (the hotfix only) *damaged. */
static ULONG Walk(PEX32 ex32, ULONG head, ULONG rootId, PCWSTR name, ULONG place, PULONG before,
                  PEX32_ENTRY entry, PBOOL damaged)
{
    ULONG offset = head;
    ULONG steps;

    *before = 0;
    *damaged = FALSE;
    for (steps = 0; offset != 0 && steps < EX32_ENTRIES; steps++) {
        GetEntry(ex32, offset, entry);
        if (!ex32->Version->TrustsTable && !IsSound(entry)) {
            *damaged = TRUE;
            return 0;
        }
        entry->Name[EXIFS_NAME_CHARS - 1] = 0;
        if (name == NULL ? offset == place
                         : entry->RootId == rootId && lstrcmpiW(entry->Name, name) == 0) {
            return offset;
        }
        *before = offset;
        offset = entry->Next;
    }
    return 0;
}

static VOID Unlink(PEX32 ex32, PULONG head, ULONG before, const EX32_ENTRY *entry)
{
    EX32_ENTRY previous;

    if (before == 0) {
        *head = entry->Next;
        return;
    }
    GetEntry(ex32, before, &previous);
    previous.Next = entry->Next;
    PutEntry(ex32, before, &previous);
}

/* ---- Under the lock -------------------------------------------------------------------------- */

static ULONG Find(PEX32 ex32, ULONG rootId, PCWSTR name, PULONG before, PEX32_ENTRY entry,
                  PLONG error)
{
    PULONG head = &ex32->Heads[HashOf(rootId, name)];
    BOOL damaged;
    ULONG offset = Walk(ex32, *head, rootId, name, 0, before, entry, &damaged);

    if (damaged) {
        Rebuild(ex32);
        offset = Walk(ex32, *head, rootId, name, 0, before, entry, &damaged);
    }
    *error = offset != 0 ? JET_errSuccess : JET_errSLVFileNotFound;
    return offset;
}

static LONG Remove(PEX32 ex32, ULONG rootId, PCWSTR name)
{
    EX32_ENTRY entry;
    ULONG before;
    LONG error;
    ULONG offset = Find(ex32, rootId, name, &before, &entry, &error);

    if (offset != 0) {
        Unlink(ex32, &ex32->Heads[HashOf(rootId, name)], before, &entry);
        ZeroMemory(&entry, sizeof(entry));
        PutEntry(ex32, offset, &entry);
    }
    return error;
}

/* Takes the next entry in turn out of its chain. */
static ULONG TakeSlot(PEX32 ex32)
{
    ULONG offset = ex32->NextSlot * (ULONG)sizeof(EX32_ENTRY);
    EX32_ENTRY old;
    EX32_ENTRY found;
    ULONG before;
    BOOL damaged;
    PULONG head;

    ex32->NextSlot = ex32->NextSlot + 1 == EX32_ENTRIES ? 1 : ex32->NextSlot + 1;
    GetEntry(ex32, offset, &old);
    if (!ex32->Version->TrustsTable && !IsSound(&old)) {
        Rebuild(ex32);
        return offset;
    }
    if (old.Generation == 0) {
        return offset;
    }
    old.Name[EXIFS_NAME_CHARS - 1] = 0;
    head = &ex32->Heads[HashOf(old.RootId, old.Name)];
    if (Walk(ex32, *head, 0, NULL, offset, &before, &found, &damaged) != 0) {
        Unlink(ex32, head, before, &found);
    } else if (damaged) {
        ZeroMemory(&old, sizeof(old));
        PutEntry(ex32, offset, &old);
        Rebuild(ex32);
    }
    return offset;
}

/* ---- The interface --------------------------------------------------------------------------- */

PEX32 Ex32Create(PCWSTR build, PIFSPROXY proxy)
{
    const EX32_VERSION *version = Ex32FindVersion(build);
    EX32_ENTRY empty;
    PEX32 ex32;
    ULONG i;

    if (version == NULL) {
        return NULL;
    }
    ex32 = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*ex32));
    if (ex32 == NULL) {
        return NULL;
    }
    ex32->Table = VirtualAlloc(NULL, EX32_ENTRIES * sizeof(EX32_ENTRY), MEM_RESERVE | MEM_COMMIT,
                               PAGE_READWRITE);
    if (ex32->Table == NULL) {
        (VOID) HeapFree(GetProcessHeap(), 0, ex32);
        return NULL;
    }
    ex32->Version = version;
    ex32->Proxy = proxy;
    ex32->NextSlot = 1;
    InitializeCriticalSection(&ex32->Lock);
    for (i = 0; i < EX32_ENTRIES; i++) {
        ZeroMemory(&empty, sizeof(empty));
        PutEntry(ex32, i * (ULONG)sizeof(empty), &empty);
    }
    return ex32;
}

VOID Ex32Destroy(PEX32 ex32)
{
    (VOID) VirtualFree(ex32->Table, 0, MEM_RELEASE);
    DeleteCriticalSection(&ex32->Lock);
    (VOID) HeapFree(GetProcessHeap(), 0, ex32);
}

LONG Ex32Publish(PEX32 ex32, PCWSTR name, const EXIFS_EA_LIST *ea)
{
    EX32_ENTRY entry;

    if (ea->RunCount > EXIFS_RUNS_MAX) {
        return JET_errSLVEAListTooBig;
    }
    ZeroMemory(&entry, sizeof(entry));
    entry.Generation = ea->Generation;
    entry.FileId = ea->FileId;
    entry.RootId = ea->RootId;
    entry.Length = ea->Length;
    entry.RunCount = ea->RunCount;
    (VOID) lstrcpynW(entry.Name, name, EXIFS_NAME_CHARS);
    CopyMemory(entry.Runs, ea->Runs, sizeof(entry.Runs));

    EnterCriticalSection(&ex32->Lock);
    (VOID) Remove(ex32, ea->RootId, entry.Name);
    LinkEntry(ex32, TakeSlot(ex32), &entry);
    LeaveCriticalSection(&ex32->Lock);
    return JET_errSuccess;
}

LONG Ex32Withdraw(PEX32 ex32, ULONG rootId, PCWSTR name)
{
    LONG error;

    EnterCriticalSection(&ex32->Lock);
    error = Remove(ex32, rootId, name);
    LeaveCriticalSection(&ex32->Lock);
    return error;
}

LONG Ex32Lookup(PEX32 ex32, ULONG rootId, PCWSTR name, PEXIFS_EA_LIST ea)
{
    EX32_ENTRY entry;
    ULONG before;
    LONG error;

    EnterCriticalSection(&ex32->Lock);
    (VOID) Find(ex32, rootId, name, &before, &entry, &error);
    LeaveCriticalSection(&ex32->Lock);
    if (error != JET_errSuccess) {
        return error;
    }
    ZeroMemory(ea, sizeof(*ea));
    ea->RootId = entry.RootId;
    ea->FileId = entry.FileId;
    ea->Generation = entry.Generation;
    ea->RunCount = entry.RunCount;
    ea->Length = entry.Length;
    CopyMemory(ea->Runs, entry.Runs, sizeof(ea->Runs));
    return JET_errSuccess;
}

LONG Ex32ServeOpen(PEX32 ex32, PIFSWORKER worker, const EXIFS_UPCALL *upcall)
{
    WCHAR name[EXIFS_NAME_CHARS];
    EXIFS_EA_LIST ea;
    LONG error;

    CopyMemory(name, upcall->Name, sizeof(name));
    name[EXIFS_NAME_CHARS - 1] = 0;
    error = Ex32Lookup(ex32, upcall->RootId, name, &ea);
    return IfsReply(worker, upcall, error, error == JET_errSuccess ? &ea : NULL);
}

/* Lists an entry unchecked; a damaged entry has no name to list. */
static VOID ListEntry(PEX32 ex32, ULONG slot, ULONG rootId, PEXIFS_LIST_REPLY reply)
{
    PEXIFS_LIST_ENTRY out = &reply->Entries[reply->Count];
    EX32_ENTRY entry;

    GetEntry(ex32, slot * (ULONG)sizeof(entry), &entry);
    if (!IsSound(&entry) || entry.Generation == 0 || entry.RootId != rootId) {
        return;
    }
    out->Length = entry.Length;
    out->FileId = entry.FileId;
    out->Index = slot;
    CopyMemory(out->Name, entry.Name, sizeof(out->Name));
    reply->Count++;
}

LONG Ex32ServeList(PEX32 ex32, PIFSWORKER worker, const EXIFS_UPCALL *upcall)
{
    EXIFS_LIST_REPLY reply;
    ULONG slot;

    ZeroMemory(&reply, sizeof(reply));
    reply.Serial = upcall->Serial;
    EnterCriticalSection(&ex32->Lock);
    for (slot = upcall->Pages; slot < EX32_ENTRIES && reply.Count < EXIFS_LIST_MAX; slot++) {
        ListEntry(ex32, slot, upcall->RootId, &reply);
    }
    LeaveCriticalSection(&ex32->Lock);
    return IfsReplyList(worker, &reply);
}

ULONG Ex32Repaired(PEX32 ex32) { return ex32->Repaired; }
