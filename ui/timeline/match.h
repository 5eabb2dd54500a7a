/* match.h - conditions on records and lanes, as people type them.
 *
 * The language is that of trace_filter (sim/trace.h) and process=: "kind=ATTACH,STOP cpu=1
 * thread=0x104 process=store.exe from=1s", where a word without "=" is looked for in the record's
 * text or the lane's name, whatever its case.
 */
#pragma once
#include "ui/recording/recording.h"

struct match {
    struct trace_filter filter;
    char word[64];                 /* Lower case; empty: any. */
    char process[32];              /* Part of an image name, lower case; empty: any. */
    const struct recording *run;   /* Knows which process a thread belongs to. */
    uint32_t thread;               /* The last thread that was asked about, */
    bool of_process, thread_known; /* and whether it is one of the process. */
};

/* False, with a sentence in error, when it cannot be understood. */
bool match_parse(struct match *match, const struct recording *run, const char *text, char *error,
                 size_t error_size);
bool match_record(struct match *match, const struct record *record, uint64_t number);
bool match_lane(const struct recording *run, uint32_t lane, const char *text);

/* A search that moves the playhead: of the condition, of a lane's records, of one kind. */
struct recording_query match_query(const struct match *match, uint64_t from, bool backwards);
/* Records that change this lane, or are written by its thread. */
struct recording_query match_lane_query(const struct recording *run, uint32_t lane, uint64_t from,
                                        bool backwards);
/* Kind: a row of records.def, "SWITCH". */
struct recording_query match_kind_query(const char *kind, uint64_t from, bool backwards);
