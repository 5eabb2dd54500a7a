/* client_inside.h - what the files of the client share: its state, and how it prints steps. */
#pragma once
#include "client.h"
#include "model/ese/ese.h"
#include "model/exwin32/exwin32.h"

#define BUFFER_BYTES (256u * 1024)
#define WORKERS      2

struct stage {
    struct transcript *out;
    PCWSTR build;
    PIFSPROXY proxy;
    PESE ese;
    PEX32 ex32;
    PESE_DATABASE database;
    EXIFS_ROOT_ID root;
    HANDLE threads[WORKERS];
    PIFSWORKER workers[WORKERS];
    PUCHAR buffer; /* Exposed. */
};

#define FNV_START 14695981039346656037ull

ULONG64 HashPlain(ULONG64 hash, const UCHAR *data, ULONG bytes);

/* One line of the transcript. */
VOID Tell(struct stage *stage, const char *call, LONG status, ULONG64 bytes, ULONG64 hash);

VOID FillOptions(PESE_OPTIONS options, PCWSTR name, PCWSTR stm, PCWSTR log, PCWSTR tables,
                 ULONG initialPages, ULONG limitPages);

/* The first error, and how many pages of messages were read until then; *last is the last. */
LONG VerifyAll(struct stage *stage, PULONG kept, PULONG last);

/* client_recovery.c: what a crash would leave of the first database is attached. */
VOID RecoverCopy(struct stage *stage);
