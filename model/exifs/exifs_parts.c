/* exifs_parts.c - the functions that a row from outside may call: its driver is linked with them as
 * the rows here are. Only the simulator has drivers from outside: no Windows image holds this file.
 */
#include "exifs_entry.h"
#include "exifs.h"

#define PART(name)                   \
    {                                \
#name, (VOID(*)(VOID))(name) \
    }

const EXIFS_PART ExifsParts[] = {
    PART(ExifsStart),         PART(ExifsHoldPeer), PART(ExifsEnter),     PART(ExifsLeave),
    PART(ExifsBorrow),        PART(ExifsUndoNow),  PART(ExifsStayCalm),  PART(ExifsTakeBlock),
    PART(ExifsRetireNothing), PART(ExifsLendTo),   PART(ExifsUndoThere), PART(ExifsWriteReceipt),
    PART(ExifsIsUserRange),   PART(ExifsGetUser),  PART(ExifsPutUser),   PART(ExifsCopyUser),
};

const ULONG ExifsPartCount = RTL_NUMBER_OF(ExifsParts);
