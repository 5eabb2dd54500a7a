/* support.h - what the tests of pictures share: cmocka, and text written to memory. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Closes a temporary file and returns its contents; free them with free. */
static inline char *text_of(FILE *file)
{
    long size;
    char *text;

    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    rewind(file);
    text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, file), (size_t)size);
    fclose(file);
    return text;
}

/* Compares a text with a golden file; GOLDEN_UPDATE=1 writes the file anew. */
static inline void assert_golden(const char *path, const char *text)
{
    const char *update = getenv("GOLDEN_UPDATE");
    FILE *file;
    char *golden;

    if (update != NULL && strcmp(update, "1") == 0) {
        file = fopen(path, "w");
        assert_non_null(file);
        fputs(text, file);
        fclose(file);
    }
    file = fopen(path, "r");
    assert_non_null(file);
    golden = text_of(file);
    assert_string_equal(text, golden);
    free(golden);
}
