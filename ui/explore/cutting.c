/* cutting.c - see cutting.h. */
#include "ui/explore/cutting.h"
#include "sim/base.h"
#include "ui/host/grow.h"
#include "ui/host/memory_file.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct part *add(struct cutting *cutting, enum part_kind kind)
{
    struct part *part;

    cutting->parts =
        grow(cutting->parts, &cutting->room, cutting->count + 1, sizeof *cutting->parts);
    part = &cutting->parts[cutting->count++];
    *part = (struct part){ .kind = kind };
    return part;
}

static void read_surprises(struct cutting *cutting, const char *text)
{
    while (*text != 0) {
        size_t length = strcspn(text, ",");

        snprintf(add(cutting, PART_SURPRISE)->name, PART_NAME_CHARS, "%.*s", (int)length, text);
        text += length + (text[length] == ',');
    }
}

static void read_line(struct cutting *cutting, const char *line, size_t length, uint32_t *section)
{
    const char *equals = memchr(line, '=', length);
    struct part *part;

    if (line[0] == '[' && line[length - 1] == ']') {
        part = add(cutting, PART_SECTION);
        *section = cutting->count - 1;
        snprintf(part->name, sizeof part->name, "%.*s", (int)length - 2, line + 1);
    } else if (equals != NULL && line[0] != '#') {
        const struct part *of = &cutting->parts[*section];
        size_t key = (size_t)(equals - line);
        const char *value = equals + 1;

        while (key > 0 && line[key - 1] == ' ')
            key--;
        while (value < line + length && *value == ' ')
            value++;
        char name[PART_NAME_CHARS];

        snprintf(name, sizeof name, "%.60s.%.*s", of->name, (int)MIN_OF(key, (size_t)34), line);
        part = add(cutting, PART_KEY);
        part->section = *section;
        memcpy(part->name, name, sizeof name);
        snprintf(part->text, sizeof part->text, "%.*s", (int)(line + length - value), value);
    }
}

struct cutting *cutting_new(const char *text, const char *surprises)
{
    struct cutting *cutting = grow_new(sizeof *cutting);
    uint32_t section;

    read_surprises(cutting, surprises);
    section = cutting->count;
    snprintf(add(cutting, PART_SECTION)->name, PART_NAME_CHARS, "scenario");
    while (*text != 0) {
        size_t length = strcspn(text, "\n");

        if (length > 1)
            read_line(cutting, text, length, &section);
        text += length + (text[length] == '\n');
    }
    return cutting;
}

void cutting_free(struct cutting *cutting)
{
    if (cutting == NULL)
        return;
    free(cutting->parts);
    free(cutting);
}

char *cutting_text(const struct cutting *cutting)
{
    char *text;
    size_t length;
    FILE *out = memory_file_open(&text, &length);

    CHECK(out != NULL);
    for (uint32_t i = 0; i < cutting->count; i++) {
        const struct part *part = &cutting->parts[i];

        if (part->gone)
            continue;
        if (part->kind == PART_SECTION)
            fprintf(out, "%s[%s]\n", ftell(out) > 0 ? "\n" : "", part->name);
        else if (part->kind == PART_KEY && !cutting->parts[part->section].gone)
            fprintf(out, "%s = %s\n", part->name + strlen(cutting->parts[part->section].name) + 1,
                    part->text);
    }
    memory_file_close(out);
    return text;
}

char *cutting_surprises(const struct cutting *cutting)
{
    char *text;
    size_t length;
    FILE *out = memory_file_open(&text, &length);
    const char *comma = "";

    CHECK(out != NULL);
    for (uint32_t i = 0; i < cutting->count; i++)
        if (cutting->parts[i].kind == PART_SURPRISE && !cutting->parts[i].gone) {
            fprintf(out, "%s%s", comma, cutting->parts[i].name);
            comma = ",";
        }
    memory_file_close(out);
    return text;
}

struct part *cutting_part(const struct cutting *cutting, const char *name)
{
    for (uint32_t i = 0; i < cutting->count; i++) {
        struct part *part = &cutting->parts[i];

        if (strcmp(part->name, name) == 0 && !part->gone &&
            (part->kind != PART_KEY || !cutting->parts[part->section].gone))
            return part;
    }
    return NULL;
}

bool cutting_is_of(const struct part *section, const char *word)
{
    size_t length = strlen(word);

    return section->kind == PART_SECTION && strncmp(section->name, word, length) == 0 &&
           (section->name[length] == ' ' || section->name[length] == 0);
}
