/* ke_record.h - the kernel's records: writes one record of records.def with the current processor
 * and thread.
 *
 *     ke_record(REC_ATTACH, process->address, was->address, 1, 0);
 *
 * Only files that write records include this header, so that a new kind of record rebuilds only
 * them and those that read records (model/words/records.h).
 */
#pragma once
#include "model/words/records.h"
#include <stdint.h>

/* Writes a record; the arguments are those of the row in records.def. */
void ke_record(enum rec_kind kind, uint32_t a, uint32_t b, uint32_t c, uint32_t d);
/* The same, with one argument ('a' to 'd') that may differ from host to host: it is shown, and does
 * not enter the fingerprint. */
void ke_record_beside(enum rec_kind kind, uint32_t a, uint32_t b, uint32_t c, uint32_t d,
                      char beside);
