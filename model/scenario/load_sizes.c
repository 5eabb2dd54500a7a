/* load_sizes.c - sizes with weights from a table written by spreadsheets or scripts.
 *
 *     #TYPE Selected.Sizes                 lines with # and a first line of words are headings
 *     "bytes","weight"
 *     "1024","60"
 *     4 KiB;39.5 %                         commas, semicolons or tabs; quoted or not
 *
 * Weights are whole numbers, fractions or shares in per cent. Whole weights up to a million are
 * kept unchanged; others are divided by their common divisor, so that the largest is a million at
 * most.
 */
#include "model/scenario/load_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 2, WEIGHT_MAX = 1000000 };

/* Returns the cell at *at without quotation marks and blanks; *at moves behind its separator. */
static struct load_piece next_cell(struct load_piece line, size_t *at, char separator)
{
    size_t end = *at;
    bool quoted = false;

    for (; end < line.length && (quoted || line.at[end] != separator); end++)
        quoted ^= line.at[end] == '"';
    struct load_piece cell = { line.at + *at, end - *at };

    *at = end + 1;
    while (cell.length > 0 && strchr(" \t\"", cell.at[0]) != NULL) {
        cell.at++;
        cell.length--;
    }
    while (cell.length > 0 && strchr(" \t\"", cell.at[cell.length - 1]) != NULL)
        cell.length--;
    return cell;
}

/* Returns the separator of a line; 0: none. */
static char separator_of(struct load_piece line)
{
    static const char separators[] = ",;\t";

    for (const char *s = separators; *s != 0; s++)
        if (memchr(line.at, *s, line.length) != NULL)
            return *s;
    return 0;
}

/* Reads a size: "26 KiB", or bytes without a unit. */
static bool read_size(struct load_piece cell, uint32_t *size)
{
    char text[48];
    bool digits = true;
    struct ini_weight weight;

    for (size_t i = 0; i < cell.length; i++)
        digits = digits && cell.at[i] >= '0' && cell.at[i] <= '9';
    snprintf(text, sizeof text, "%.*s%s:1", (int)MIN_OF(cell.length, 30u), cell.at,
             digits ? " B" : "");
    if (cell.length == 0 || cell.length > 30 || !ini_weight_read(text, 1, 64u << 20, &weight))
        return false;
    *size = (uint32_t)weight.size;
    return true;
}

/* Reads a number from 0 on, or a percentage, in millionths. */
static bool read_weight(struct load_piece cell, uint64_t *micro)
{
    bool negative;

    if (cell.length > 0 && cell.at[cell.length - 1] == '%')
        cell.length--;
    return load_number(cell, &negative, micro) && (!negative || *micro == 0);
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* Converts millionths to weights of 32 bits, exactly if their common divisor allows it. */
static void set_weights(struct load_plan *plan, const uint64_t *micro)
{
    uint64_t largest = 0, divisor = 0;

    for (uint32_t i = 0; i < plan->bin_count; i++) {
        largest = MAX_OF(largest, micro[i]);
        divisor = common_divisor(divisor, micro[i]);
    }
    if (divisor % 1000000 == 0 && largest / 1000000 <= WEIGHT_MAX)
        divisor = 1000000; /* Whole weights stay unchanged. */
    if (largest / MAX_OF(divisor, 1) > WEIGHT_MAX)
        divisor = largest / WEIGHT_MAX;
    for (uint32_t i = 0; i < plan->bin_count; i++)
        plan->bins[i].weight =
            (uint32_t)(micro[i] == 0 ? 0 : MAX_OF(micro[i] / MAX_OF(divisor, 1), 1));
}

static void wrong_row(struct load_reading *r, struct load_piece line, int number)
{
    load_wrong(
        r, number, 1,
        "\"%.*s\" is not a size with its weight (expected such as 26624,40 or 26 KiB;12.5 %%)",
        (int)MIN_OF(line.length, 50u), line.at);
}

static void read_rows(struct load_reading *r, struct load_plan *plan, uint64_t *micro)
{
    struct load_piece line;
    const char *at = r->text;
    bool heading = true;

    for (int number = 1; load_line(r, &at, &line) && r->wrong < ROWS_WRONG_MAX; number++) {
        size_t place = 0;
        char separator = separator_of(line);
        uint32_t size;

        if (load_is_blank(line) || line.at[0] == '#')
            continue;
        struct load_piece first = next_cell(line, &place, separator);
        bool words = first.length == 0 || first.at[0] < '0' || first.at[0] > '9';

        if (heading && words) {
            heading = false;
            continue;
        }
        heading = false;
        if (plan->bin_count == LOAD_BINS_MAX) {
            load_wrong(r, number, 1,
                       "more than %d sizes (expected at most that many: join neighbours)",
                       LOAD_BINS_MAX);
            return;
        }
        if (separator == 0 || !read_size(first, &size) ||
            !read_weight(next_cell(line, &place, separator), &micro[plan->bin_count]) ||
            place <= line.length) {
            if (!load_cut_off(r, at, number))
                wrong_row(r, line, number);
            continue;
        }
        plan->bins[plan->bin_count++] = (struct load_bin){ .bytes = size };
    }
}

void load_read_sizes(struct load_reading *r, struct load_plan *plan)
{
    uint64_t micro[LOAD_BINS_MAX], total = 0;

    plan->bin_count = 0;
    if (load_make_text(r)) {
        read_rows(r, plan, micro);
        set_weights(plan, micro);
        for (uint32_t i = 0; i < plan->bin_count; i++)
            total += plan->bins[i].weight;
        if (total == 0 && r->wrong == 0)
            load_wrong(r, 1, 1, "no size with a weight above 0 (expected rows such as 26624,40)");
    }
    free(r->converted);
    r->converted = NULL;
}
