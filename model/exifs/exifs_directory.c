/* exifs_directory.c - paths by name: directories, and the volume they are on.
 *
 *     \            the roots          the driver knows them
 *     \root        its streams        the store knows them: a LIST upcall
 *
 * A letter (M:) is a link to the device, so M:\root\name is a path like any other. A directory
 * handle keeps a cursor: the number of the next entry. The thread that brings an answer writes it
 * into the caller's system buffer; therefore the device has buffered I/O, and a host that brings no
 * buffer is refused.
 */
#include "exifs.h"

#define VOLUME_SERIAL 0x00A98AC7u /* "00A9-8AC7", as the product shows it. */

static const WCHAR VolumeLabel[] = L"Exchange";

/* ---- Opening --------------------------------------------------------------------------------- */

NTSTATUS ExifsOpenDirectory(PEXIFS_DEVICE exifs, PEXIFS_FILE file, const UNICODE_STRING *path)
{
    const WCHAR *text = path->Buffer;
    ULONG chars = path->Length / (ULONG)sizeof(WCHAR);
    NTSTATUS status = STATUS_OBJECT_PATH_NOT_FOUND;
    WCHAR name[EXIFS_NAME_CHARS];
    PEXIFS_ROOT root;
    KIRQL irql;
    ULONG i;

    while (chars != 0 && text[chars - 1] == L'\\') {
        chars--;
    }
    if (chars != 0 && text[0] == L'\\') {
        text++;
        chars--;
    }
    if (chars == 0) {
        file->Kind = ExifsFileDirectory;
        return STATUS_SUCCESS;
    }
    for (i = 0; i < chars; i++) {
        if (text[i] == L'\\') {
            return status; /* No path is deeper than a root's streams. */
        }
    }
    if (!ExifsCopyName(name, text, chars)) {
        return STATUS_OBJECT_NAME_INVALID;
    }
    KeAcquireSpinLock(&exifs->Lock, &irql);
    root = ExifsFindRoot(exifs, name);
    if (root != NULL && root->Alive) {
        file->Kind = ExifsFileDirectory;
        file->Root = root;
        root->References++;
        InsertTailList(&root->Files, &file->Link);
        status = STATUS_SUCCESS;
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    return status;
}

/* ---- Entries --------------------------------------------------------------------------------- */

/* A listing: gathered in a zeroed block of the driver and then copied to the caller's buffer. The
 * version's row decides the size of the block. */
typedef struct _LISTING {
    PUCHAR Buffer;
    ULONG Bytes; /* Size of the caller's buffer. */
    ULONG Used;
    PFILE_DIRECTORY_INFORMATION Last; /* NULL: none yet. */
} LISTING, *PLISTING;

static BOOLEAN BeginListing(PEXIFS_DEVICE exifs, PLISTING listing, ULONG bytes)
{
    ULONG room = 0;

    RtlZeroMemory(listing, sizeof(*listing));
    listing->Bytes = bytes;
    listing->Buffer = exifs->Version->TakeBlock(bytes, &room);
    if (listing->Buffer == NULL) {
        return FALSE;
    }
    RtlZeroMemory(listing->Buffer, room);
    return TRUE;
}

static VOID EndListing(PLISTING listing, PIRP irp)
{
    RtlCopyMemory(irp->AssociatedIrp.SystemBuffer, listing->Buffer, listing->Used);
    ExFreePoolWithTag(listing->Buffer, EXIFS_TAG_OBJECT);
}

static ULONG NameBytes(const WCHAR *name)
{
    ULONG chars = 0;

    while (chars < EXIFS_NAME_CHARS && name[chars] != 0) {
        chars++;
    }
    return chars * (ULONG)sizeof(WCHAR);
}

/* Adds an entry; FALSE: no room for it. */
static BOOLEAN AddEntry(PLISTING listing, const WCHAR *name, ULONG index, ULONG64 length,
                        ULONG attributes)
{
    ULONG start = (listing->Used + 7) & ~7u;
    ULONG named = NameBytes(name);
    ULONG bytes = (ULONG)FIELD_OFFSET(FILE_DIRECTORY_INFORMATION, FileName) + named;
    PFILE_DIRECTORY_INFORMATION entry;

    if (start + bytes > listing->Bytes) {
        return FALSE;
    }
    entry = (PFILE_DIRECTORY_INFORMATION)(PVOID)(listing->Buffer + start);
    entry->FileIndex = index;
    entry->EndOfFile.QuadPart = (LONGLONG)length;
    entry->AllocationSize.QuadPart =
        (LONGLONG)((length + EXIFS_PAGE_SIZE - 1) & ~(ULONG64)(EXIFS_PAGE_SIZE - 1));
    entry->FileAttributes = attributes;
    entry->FileNameLength = named;
    RtlCopyMemory(entry->FileName, name, named);
    if (listing->Last != NULL) {
        listing->Last->NextEntryOffset = (ULONG)((PUCHAR)entry - (PUCHAR)listing->Last);
    }
    listing->Last = entry;
    listing->Used = start + bytes;
    return TRUE;
}

NTSTATUS ExifsFillDirectory(PEXIFS_REQUEST request, const EXIFS_LIST_REPLY *reply)
{
    PEXIFS_FILE file = request->File;
    LISTING listing;
    ULONG i;

    if (!BeginListing(request->Exifs, &listing, request->Length)) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    for (i = 0; i < reply->Count; i++) {
        const EXIFS_LIST_ENTRY *entry = &reply->Entries[i];

        if (!AddEntry(&listing, entry->Name, entry->Index, entry->Length, FILE_ATTRIBUTE_NORMAL)) {
            break;
        }
        file->ListNext = (USHORT)(entry->Index + 1);
    }
    EndListing(&listing, request->Irp);
    request->Length = listing.Used;
    return listing.Used != 0 ? STATUS_SUCCESS : STATUS_NO_MORE_FILES;
}

/* ---- Querying -------------------------------------------------------------------------------- */

/* Lists the device's own directory: the living roots. */
static NTSTATUS ListRoots(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp, ULONG bytes,
                          BOOLEAN restart)
{
    ULONG index = 0;
    PLIST_ENTRY link;
    LISTING listing;
    KIRQL irql;

    if (!BeginListing(exifs, &listing, bytes)) {
        return ExifsComplete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    }
    KeAcquireSpinLock(&exifs->Lock, &irql);
    file->ListNext = restart ? 0 : file->ListNext;
    for (link = exifs->Roots.Flink; link != &exifs->Roots; link = link->Flink) {
        PEXIFS_ROOT root = CONTAINING_RECORD(link, EXIFS_ROOT, Link);

        if (!root->Alive || index++ < file->ListNext) {
            continue;
        }
        if (!AddEntry(&listing, root->Name, index, 0, FILE_ATTRIBUTE_DIRECTORY)) {
            break;
        }
        file->ListNext = (USHORT)index;
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    EndListing(&listing, irp);
    return ExifsComplete(irp, listing.Used != 0 ? STATUS_SUCCESS : STATUS_NO_MORE_FILES,
                         listing.Used);
}

/* Sends a LIST upcall. STATUS_PENDING: the store has been asked. */
static NTSTATUS AskForStreams(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp, ULONG bytes,
                              BOOLEAN restart)
{
    PEXIFS_REQUEST request = ExifsNewRequest(exifs, file, irp, ExifsUpcallList);
    NTSTATUS status = EXIFS_STATUS_FILE_STALE;
    KIRQL irql;

    if (request == NULL) {
        return ExifsComplete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    }
    request->Length = bytes;
    KeAcquireSpinLock(&exifs->Lock, &irql);
    if (file->Root->Alive && !file->Cleaned) {
        file->ListNext = restart ? 0 : file->ListNext;
        request->Ask->Message.Pages = file->ListNext;
        status = ExifsWait(request);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    if (status == STATUS_PENDING) {
        ExifsPump(exifs);
        return status;
    }
    ExifsFreeRequest(request);
    return ExifsComplete(irp, status, 0);
}

NTSTATUS NTAPI ExifsDispatchDirectory(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    ULONG least = (ULONG)FIELD_OFFSET(FILE_DIRECTORY_INFORMATION, FileName) +
                  EXIFS_NAME_CHARS * (ULONG)sizeof(WCHAR);
    PEXIFS_DEVICE exifs = ExifsOfDevice(device);
    PEXIFS_FILE file = ExifsOfIrp(irp);
    ULONG bytes = stack->Parameters.QueryDirectory.Length;
    BOOLEAN restart = (stack->Flags & SL_RESTART_SCAN) != 0;

    if (stack->MinorFunction != IRP_MN_QUERY_DIRECTORY || file->Kind != ExifsFileDirectory ||
        irp->AssociatedIrp.SystemBuffer == NULL) {
        return ExifsComplete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    if (stack->Parameters.QueryDirectory.FileInformationClass != FileDirectoryInformation) {
        return ExifsComplete(irp, STATUS_INVALID_PARAMETER, 0);
    }
    if (bytes < least) {
        return ExifsComplete(irp, STATUS_BUFFER_TOO_SMALL, 0);
    }
    return file->Root == NULL ? ListRoots(exifs, file, irp, bytes, restart)
                              : AskForStreams(exifs, file, irp, bytes, restart);
}

NTSTATUS NTAPI ExifsDispatchVolume(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    PFILE_FS_VOLUME_INFORMATION volume = irp->AssociatedIrp.SystemBuffer;
    ULONG label = (ULONG)sizeof(VolumeLabel) - (ULONG)sizeof(WCHAR);
    ULONG bytes = (ULONG)FIELD_OFFSET(FILE_FS_VOLUME_INFORMATION, VolumeLabel) + label;

    (VOID) device;
    if (volume == NULL ||
        stack->Parameters.QueryVolume.FsInformationClass != FileFsVolumeInformation) {
        return ExifsComplete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    if (stack->Parameters.QueryVolume.Length < bytes) {
        return ExifsComplete(irp, STATUS_BUFFER_TOO_SMALL, 0);
    }
    RtlZeroMemory(volume, bytes);
    volume->VolumeSerialNumber = VOLUME_SERIAL;
    volume->VolumeLabelLength = label;
    RtlCopyMemory(volume->VolumeLabel, VolumeLabel, label);
    return ExifsComplete(irp, STATUS_SUCCESS, bytes);
}
