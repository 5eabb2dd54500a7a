/* client.h - the conformance client: one program, run on Wine and in the simulator, with one
 * transcript.
 *
 * It plays the store and a client in one process, against a driver that is already started, and
 * tells what each call answered. Nothing in a line depends on time, on addresses or on which proxy
 * thread served; so two hosts that behave alike give the same text.
 */
#pragma once
#include <windows.h>

struct transcript_line {
    ULONG step;       /* From 1. */
    const char *call; /* What was done, in a word or three. */
    LONG status;      /* 0, an error of the engine, or a Win32 error where the call is Win32's. */
    ULONG64 bytes;    /* How much: bytes, pages or things, by the call. */
    ULONG64 hash;     /* FNV-1a of the data, 0 if there is none. */
};

struct transcript {
    void (*tell)(void *context, const struct transcript_line *line);
    void *context;
    ULONG steps; /* Out: how many lines were told. */
};

/* Runs all steps with libraries of the given build ("6.5.7651.47"). 0: it came to its end. */
DWORD ConformanceMain(struct transcript *out, PCWSTR build);
