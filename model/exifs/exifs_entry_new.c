/* exifs_entry_new.c - where exifs.sys 6.5.7651 begins. */
#include "exifs_entry.h"
#include "exifs.h"

NTSTATUS NTAPI ExifsNewEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    return ExifsStart(driver, registryPath, ExifsNewVersions, ExifsNewVersionCount,
                      &ExifsNewVersions[0]);
}
