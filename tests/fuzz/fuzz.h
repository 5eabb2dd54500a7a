/* fuzz.h - a fuzz target: takes any bytes, must not crash, and may abort when it finds a fault.
 *
 * Each target is a file that defines the two below. Built for libFuzzer (clang, EXIFSIM_FUZZ) it is
 * guided by coverage. The plain program mutates the files of a corpus for some seconds, always in
 * the same way:
 *
 *     fuzz_NAME SECONDS CORPUS_FOLDER
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Pieces of text that mean something to the target; NULL ends them. */
extern const char *const fuzz_words[];
