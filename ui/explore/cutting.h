/* cutting.h - a capsule as parts that can be left out: sections, keys, surprises.
 *
 *     struct cutting *cutting = cutting_new(capsule, surprises);
 *     cutting->parts[3].gone = true;
 *     char *text = cutting_text(cutting);      // a capsule without that part
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum part_kind { PART_SURPRISE, PART_SECTION, PART_KEY };
enum { PART_NAME_CHARS = 96, PART_TEXT_CHARS = 1024 };

struct part {
    enum part_kind kind;
    char name[PART_NAME_CHARS]; /* "PREEMPT:12:1", "fault crash", "scenario.story". */
    uint32_t section;           /* Number of a key's section. */
    char text[PART_TEXT_CHARS]; /* Value of a key. */
    bool gone;
};

struct cutting {
    struct part *parts; /* Surprises, then sections with their keys, in the capsule's order. */
    uint32_t count;
    size_t room;
};

/* Reads a text as run_document writes it, which begins amidst [scenario], and a list of surprises.
 * Free it with cutting_free. */
struct cutting *cutting_new(const char *text, const char *surprises);
void cutting_free(struct cutting *cutting);

/* Writes the scenario without what is gone. Free it with free. */
char *cutting_text(const struct cutting *cutting);
/* Writes the surprises that are left: "PREEMPT:12:1,POOL:3:1". Free it with free. */
char *cutting_surprises(const struct cutting *cutting);

/* The part of this name that is not gone; NULL: there is none. */
struct part *cutting_part(const struct cutting *cutting, const char *name);
/* True if the section begins with this word, as "[fault crash]" does with "fault". */
bool cutting_is_of(const struct part *section, const char *word);
