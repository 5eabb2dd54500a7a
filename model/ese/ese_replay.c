/* ese_replay.c - soft recovery: redoes the records of the log.
 *
 * Records are read from the beginning of the file as far as they are whole and of this life of the
 * database; a torn one, zeros, or one of an earlier life end the replay. Records that the last
 * checkpoint contains are passed over. The time grows with the length of the log.
 */
#include "ese_internal.h"

typedef struct _READER {
    PESE_DATABASE Database;
    PUCHAR Piece;
    ULONG Base, Got; /* Offset of the piece in the log, and its bytes. */
    LONG Error;
} READER, *PREADER;

static VOID ReadPiece(PREADER reader, ULONG offset)
{
    OVERLAPPED overlapped;
    DWORD got = 0;

    ZeroMemory(&overlapped, sizeof(overlapped));
    overlapped.Offset = offset;
    if (!ReadFile(reader->Database->Log, reader->Piece, ESE_LOG_BUFFER_BYTES, &got, &overlapped) &&
        GetLastError() != ERROR_HANDLE_EOF) {
        reader->Error = JET_errSLVFileIO;
        got = 0;
    }
    reader->Base = offset;
    reader->Got = got;
}

/* The record's bytes at an offset, read if need be; NULL: the file ends before. */
static const ESE_LOG_RECORD *Look(PREADER reader, ULONG offset, ULONG bytes)
{
    if (offset < reader->Base || offset + bytes > reader->Base + reader->Got) {
        ReadPiece(reader, offset);
    }
    return bytes <= reader->Got && offset + bytes <= reader->Base + reader->Got
               ? (const ESE_LOG_RECORD *)(reader->Piece + (offset - reader->Base))
               : NULL;
}

/* The record at an offset, if it is whole and follows record number `last`. */
static const ESE_LOG_RECORD *RecordAt(PREADER reader, ULONG offset, ULONG last)
{
    const ESE_LOG_RECORD *record = Look(reader, offset, (ULONG)sizeof(*record));
    ULONG longest = ESE_LOG_BUFFER_BYTES / (ULONG)sizeof(EXIFS_RUN);

    if (record == NULL || record->Magic != ESE_LOG_MAGIC ||
        record->Life != reader->Database->Life || record->Number <= last ||
        record->RunCount > longest || record->SumCount > 2 * longest ||
        EseRecordUsed(record) > ESE_LOG_BUFFER_BYTES) {
        return NULL;
    }
    record = Look(reader, offset, EseRecordUsed(record));
    return record != NULL && record->Check == EseRecordCheck(record) ? record : NULL;
}

LONG EseReplay(PESE_DATABASE database, ULONG after)
{
    const ESE_LOG_RECORD *record;
    READER reader;
    ULONG offset = 0;
    ULONG last = 0;

    ZeroMemory(&reader, sizeof(reader));
    reader.Database = database;
    reader.Piece = HeapAlloc(GetProcessHeap(), 0, ESE_LOG_BUFFER_BYTES);
    if (reader.Piece == NULL) {
        return JET_errOutOfMemory;
    }
    while (offset < ESE_LOG_BYTES && (record = RecordAt(&reader, offset, last)) != NULL) {
        last = record->Number;
        offset += EseRecordBytes(record);
        if (last > after) {
            EseApplyRecord(database, record, TRUE);
        }
    }
    (VOID) HeapFree(GetProcessHeap(), 0, reader.Piece);
    return reader.Error;
}
