/* exifs_entry.h - the three driver entries and the rows they choose from. One image has one
 * entry.
 */
#pragma once
#include "exifs_version.h"

#define EXIFS_OLD_VERSIONS 4
#define EXIFS_NEW_VERSIONS 1
#define EXIFS_LESSONS      7

extern const EXIFS_VERSION ExifsOldVersions[EXIFS_OLD_VERSIONS];
extern const EXIFS_VERSION ExifsNewVersions[EXIFS_NEW_VERSIONS];
extern const EXIFS_VERSION ExifsLessons[EXIFS_LESSONS];

NTSTATUS NTAPI ExifsOldEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath);
NTSTATUS NTAPI ExifsNewEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath);
NTSTATUS NTAPI ExifsLessonEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath);
