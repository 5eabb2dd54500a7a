/* records.h - the kinds of records, by name: REC_ATTACH and so on (records.def).
 *
 * Included only by code that writes records and code that reads them.
 */
#pragma once

enum rec_kind {
#define RECORD(name, text, fields) REC_##name,
#include "model/words/records.def"
#undef RECORD
    REC_COUNT
};
