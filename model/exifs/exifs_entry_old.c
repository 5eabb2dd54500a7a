/* exifs_entry_old.c - where exifs.sys 6.5.7638 begins; RTM and SP1 too, if Parameters\Build says
 * so.
 */
#include "exifs_entry.h"
#include "exifs.h"

NTSTATUS NTAPI ExifsOldEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    return ExifsStart(driver, registryPath, ExifsOldVersions, ExifsOldVersionCount,
                      &ExifsOldVersions[ExifsOldVersionCount - 1]);
}
