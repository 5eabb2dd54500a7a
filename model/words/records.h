/* records.h - the kinds of records, by name: REC_ATTACH and so on (records.def).
 *
 * For those who write records and those who read them; nobody else includes it.
 */
#pragma once

enum rec_kind {
#define RECORD(name, text) REC_##name,
#include "model/words/records.def"
#undef RECORD
    REC_COUNT
};
