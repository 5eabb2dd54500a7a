/* exifs_entry.h - the three driver entries and the rows they choose from. One image has one
 * entry.
 */
#pragma once
#include "exifs_version.h"

extern const EXIFS_VERSION ExifsOldVersions[], ExifsNewVersions[], ExifsLessons[];
extern const ULONG ExifsOldVersionCount, ExifsNewVersionCount, ExifsLessonCount;

/* A function of the driver that a row from outside may call (exifs_parts.c). */
typedef struct _EXIFS_PART {
    const char *Name;
    VOID (*Function)(VOID);
} EXIFS_PART;
extern const EXIFS_PART ExifsParts[];
extern const ULONG ExifsPartCount;

NTSTATUS NTAPI ExifsOldEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath);
NTSTATUS NTAPI ExifsNewEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath);
NTSTATUS NTAPI ExifsLessonEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath);
