/* cli_doors.c - exifsim doors: what drivers and programs from outside find in the machine. */
#include "model/kernel/doors.h"
#include "ui/cli/cli_json.h"
#include "ui/guest/guest.h"
#include <string.h>

enum { NAME_COLUMN = 44, IRQL_COLUMN = 14 };

static bool is_wanted(const struct options *options, const struct door *door)
{
    return options->filter == NULL || strstr(door_shown(door->name), options->filter) != NULL;
}

static const char *kind_of(const struct door *door)
{
    if (door->for_programs)
        return "program";
    return door->kind == DOOR_COMPILED_IN ? "inline"
           : door->kind == DOOR_VARIABLE  ? "variable"
                                          : "function";
}

static void print_json(const struct options *options, const struct door *doors, uint32_t count)
{
    json_t *document = cli_json_new("doors"), *list = json_array();

    for (uint32_t i = 0; i < count; i++) {
        json_t *row = json_object();

        if (!is_wanted(options, &doors[i])) {
            json_decref(row);
            continue;
        }
        json_object_set_new(row, "name", cli_json_text(door_shown(doors[i].name)));
        json_object_set_new(row, "kind", cli_json_text(kind_of(&doors[i])));
        json_object_set_new(row, "irql", cli_json_text(doors[i].irql));
        json_object_set_new(row, "source", cli_json_text(doors[i].source));
        json_array_append_new(list, row);
    }
    json_object_set_new(document, "doors", list);
    cli_json_print(document);
}

int verb_doors(const struct options *options)
{
    uint32_t count, shown = 0;
    const struct door *doors = doors_all(&count);
    const char *component = NULL;

    if (options->glue != GLUE_NONE) {
        guest_write_glue(stdout, options->glue == GLUE_PROGRAM, false);
        return EXIT_MET;
    }
    if (options->format == FORMAT_JSON) {
        print_json(options, doors, count);
        return EXIT_MET;
    }
    for (uint32_t i = 0; i < count; i++) {
        const char *of = doors[i].for_programs ? "programs" : doors[i].component;

        if (!is_wanted(options, &doors[i]))
            continue;
        if (component == NULL || strcmp(component, of) != 0)
            printf("%s%s\n", shown > 0 ? "\n" : "", component = of);
        printf("  %-*s%-*s%s\n", NAME_COLUMN, door_shown(doors[i].name), IRQL_COLUMN, doors[i].irql,
               doors[i].source);
        shown++;
    }
    printf("%s%u of %u\n", shown > 0 ? "\n" : "", shown, count);
    return shown > 0 ? EXIT_MET : EXIT_FINDING;
}
