/* ifsproxy.h - both processes' thin stub over the device calls of exifs.sys.
 *
 * A store serves: A client uses:
 *
 *     proxy = IfsCreate(L"6.5.7651.47");             proxy = IfsCreate(L"6.5.7651.47");
 *     IfsRegisterRoot(proxy, &setup, &root);         IfsOpen(proxy, root, name, how, &file);
 *     worker = IfsCreateWorker(proxy);               IfsWrite(file, buffer, bytes);  (and again)
 *     while (IfsGetUpcall(worker, &upcall) == 0) {   IfsGetEaList(file, &ea);  (store: commit)
 *         ... serve; IfsReply(worker, ...);          IfsClose(file);
 *     }
 *
 * One proxy may be used by many threads; one worker and one file by one thread at a time.
 * Functions answer 0 or an error of slv_errors.h, so that the engine can hand it on as it is.
 * Buffers for IfsWrite and IfsRead must lie in memory of VirtualAlloc or MapViewOfFile.
 */
#pragma once
#include <windows.h>
#include "../exifs/exifs_ioctl.h"
#include "slv_errors.h"

typedef struct _IFSPROXY IFSPROXY, *PIFSPROXY;
typedef struct _IFSWORKER IFSWORKER, *PIFSWORKER;
typedef struct _IFSFILE IFSFILE, *PIFSFILE;

#define IFS_SHUT_DOWN 1 /* IfsGetUpcall: no root is left to serve, or the handle is gone. */

/* ---- Life ------------------------------------------------------------------------------------ */

/* A proxy that behaves as the given build ("6.5.7638.1"), with a control handle on the device.
 * NULL: the build is unknown, memory is out, or the provider is not loaded; IfsLastError says
 * which. */
PIFSPROXY IfsCreate(PCWSTR build);

/* Closes the control handle: roots registered on it die, as they do when the process does. */
VOID IfsDestroy(PIFSPROXY proxy);

/* ---- The store's side ------------------------------------------------------------------------ */

/* Exchanges interface numbers with the driver. The caller judges whether they fit. */
LONG IfsHandshake(PIFSPROXY proxy, ULONG interfaceNumber, PEXIFS_HANDSHAKE provider);

LONG IfsRegisterRoot(PIFSPROXY proxy, const EXIFS_REGISTER *setup, PEXIFS_ROOT_ID root);
LONG IfsUnregisterRoot(PIFSPROXY proxy, const EXIFS_ROOT_ID *root);

/* Makes the event, and the page of memory for grants, of one proxy thread. The caller owns it.
 * NULL: no memory. */
PIFSWORKER IfsCreateWorker(PIFSPROXY proxy);
VOID IfsDestroyWorker(PIFSWORKER worker);

/* Waits for the next upcall. IFS_SHUT_DOWN ends the thread's loop. */
LONG IfsGetUpcall(PIFSWORKER worker, PEXIFS_UPCALL upcall);

/* Answers an upcall. `error` is 0 or an error for the waiting client; `answer` holds runs (and, for
 * an OPEN, the file's id and length) and may be NULL with an error. If the call fails, nothing was
 * taken over: the caller frees the pages again. */
LONG IfsReply(PIFSWORKER worker, const EXIFS_UPCALL *upcall, LONG error,
              const EXIFS_EA_LIST *answer);

/* Answers a LIST upcall. */
LONG IfsReplyList(PIFSWORKER worker, const EXIFS_LIST_REPLY *answer);

/* Moves the pages of an open stream from Reserved to Committed; *ea receives its first
 * EXIFS_RUNS_MAX runs. */
LONG IfsCommitFile(PIFSPROXY proxy, const EXIFS_ROOT_ID *root, ULONG fileId, PEXIFS_EA_LIST ea);
LONG IfsQueryFile(PIFSPROXY proxy, const EXIFS_ROOT_ID *root, ULONG fileId, ULONG firstRun,
                  PEXIFS_EA_LIST ea);
LONG IfsDeleteRuns(PIFSPROXY proxy, const EXIFS_EA_LIST *ea);  /* Committed -> Deleted. */
LONG IfsReclaimRuns(PIFSPROXY proxy, const EXIFS_EA_LIST *ea); /* Deleted -> Free. */
LONG IfsQueryStats(PIFSPROXY proxy, PEXIFS_STATS stats);

/* ---- The client's side ----------------------------------------------------------------------- */

LONG IfsOpen(PIFSPROXY proxy, PCWSTR root, PCWSTR name, EXIFS_DISPOSITION disposition,
             PIFSFILE *file);

/* Appends bytes, in pieces of EXIFS_WRITE_BYTES_MAX. */
LONG IfsWrite(PIFSFILE file, PVOID buffer, ULONG bytes);

/* Has the store reserve room for this many bytes in a new stream, in one piece if possible, before
 * anything is written. Room left at a close without a commit stays with the driver, for the next
 * mail. */
LONG IfsSetAside(PIFSFILE file, ULONG bytes);
LONG IfsRead(PIFSFILE file, ULONG64 offset, PVOID buffer, ULONG bytes, PULONG bytesRead);

/* The stream's runs, to be passed to the store: from the file block if the driver has posted all of
 * them there, else from the driver. JET_errSLVEAListTooBig: pass the id (ea->FileId) instead. */
LONG IfsGetEaList(PIFSFILE file, PEXIFS_EA_LIST ea);
VOID IfsGetStreamId(PIFSFILE file, PEXIFS_STREAM_ID id);
VOID IfsClose(PIFSFILE file);

/* ---- Errors ---------------------------------------------------------------------------------- */

/* Convert the calling thread's GetLastError() to the engine's number, and an engine's number to a
 * status. */
LONG IfsLastError(VOID);
LONG IfsStatusFromError(LONG error);
