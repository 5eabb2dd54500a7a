/* exwin32.h - the store's "WIN32" external interface: it knows which stream has which name.
 *
 *     ex32 = Ex32Create(L"6.5.7651.47", proxy);
 *     Ex32Publish(ex32, L"m1", &ea);                       after EseCommit: now it can be opened
 *     ... upcall.Kind == ExifsUpcallOpen:
 *     Ex32ServeOpen(ex32, worker, &upcall);                looks up and replies
 *
 * The name table lies in exposed memory, as chains of entries linked by address. Old builds trust
 * what stands there; the hotfix checks each entry's generation and check word, and refuses or
 * rebuilds. Safe to call from many threads.
 */
#pragma once
#include "../ifsproxy/ifsproxy.h"

typedef struct _EX32 EX32, *PEX32;

/* Makes the name table of a build; the caller destroys it. Create it early: it takes 64 KB of
 * address space. NULL: unknown build or no memory. */
PEX32 Ex32Create(PCWSTR build, PIFSPROXY proxy);
VOID Ex32Destroy(PEX32 ex32);

/* Gives a committed stream a name within its root (ea->RootId). A new name replaces an old one
 * alike; a full table forgets its oldest entry. */
LONG Ex32Publish(PEX32 ex32, PCWSTR name, const EXIFS_EA_LIST *ea);
LONG Ex32Withdraw(PEX32 ex32, ULONG rootId, PCWSTR name);

/* Finds the stream of a name. JET_errSLVFileNotFound: no such name, or (the hotfix) its entry was
 * damaged and taken out. */
LONG Ex32Lookup(PEX32 ex32, ULONG rootId, PCWSTR name, PEXIFS_EA_LIST ea);

/* Answers an OPEN upcall: lookup, then IfsReply with its result. */
LONG Ex32ServeOpen(PEX32 ex32, PIFSWORKER worker, const EXIFS_UPCALL *upcall);

/* Answers a LIST upcall: the names of its root from a number on, as many as one answer holds. */
LONG Ex32ServeList(PEX32 ex32, PIFSWORKER worker, const EXIFS_UPCALL *upcall);

/* Number of damaged entries taken out so far (the hotfix only). */
ULONG Ex32Repaired(PEX32 ex32);
