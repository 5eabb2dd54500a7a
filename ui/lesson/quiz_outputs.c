/* quiz_outputs.c - a form as a printed sheet, a key page, Moodle's GIFT and JSON. */
#include "ui/lesson/quiz_form.h"
#include "ui/report/report.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 92, JSON_FORM_VERSION = 1 };

static char letter_of(uint32_t index) { return (char)('a' + index); }

static void paragraph(FILE *out, const char *text, int indent)
{
    fprintf(out, "%*s", indent, "");
    report_wrap(out, text, indent, indent, WIDTH);
}

/* ---- For people ------------------------------------------------------------------------------ */

void quiz_form_question(const struct quiz_form *form, uint32_t index, const char *box, FILE *out)
{
    const struct quiz_question *q = &form->questions[index];
    char place[600];

    quiz_place(q, place, sizeof place);
    fprintf(out, "%u. %s\n   %s\n\n", index + 1, quiz_types[q->kind].title, place);
    paragraph(out, q->ask, 3);
    if (q->line_count > 0)
        fprintf(out, "\n");
    for (uint32_t i = 0; i < q->line_count; i++)
        fprintf(out, "     %s\n", q->lines[i]);
    fprintf(out, "\n");
    for (uint32_t i = 0; i < q->option_count; i++)
        fprintf(out, "   %s%c  %s\n", box, letter_of(i), q->options[i].text);
}

void quiz_form_sheet(const struct quiz_form *form, FILE *out)
{
    fprintf(out, "Form %" PRIu64 "          Who: ______________________\n", form->seed);
    for (uint32_t i = 0; i < form->count; i++) {
        fprintf(out, "\n");
        quiz_form_question(form, i, "[ ] ", out);
    }
}

/* Text as comment lines of an INI file. */
static void comment(FILE *out, const char *text)
{
    fprintf(out, "#   ");
    while (*text != 0) {
        size_t length = strcspn(text, " "), column = 0;

        for (column = 0; *text != 0 && (column == 0 || column + length < WIDTH - 4);
             length = strcspn(text, " ")) {
            fprintf(out, "%s%.*s", column > 0 ? " " : "", (int)length, text);
            column += length + 1;
            text += length + (text[length] == ' ');
        }
        if (*text != 0)
            fprintf(out, "\n#   ");
    }
    fprintf(out, "\n");
}

void quiz_form_key(const struct quiz_form *form, FILE *out)
{
    char see[RUN_REPRO_CHARS];

    fprintf(out,
            "# Key of form %" PRIu64
            ". exifsim quiz --stats reads this file.\n[key]\nform = %" PRIu64 "\n",
            form->seed, form->seed);
    for (uint32_t i = 0; i < form->count; i++) {
        const struct quiz_question *q = &form->questions[i];

        quiz_see(q, see);
        fprintf(out, "\n# %u. %s\n", i + 1, quiz_types[q->kind].title);
        comment(out, q->options[q->right].text);
        comment(out, q->because);
        fprintf(out, "#   %s\n", see); /* whole, however long: it is copied to a shell */
        fprintf(out, "item_%u = %c of %u\n", i + 1, letter_of(q->right), q->option_count);
    }
}

/* ---- GIFT ------------------------------------------------------------------------------------ */

static void gift_text(FILE *out, const char *text)
{
    for (; *text != 0; text++) {
        if (*text == '\n') {
            fprintf(out, "\\n");
            continue;
        }
        if (strchr("~=#{}:\\", *text) != NULL)
            fputc('\\', out);
        fputc(*text, out);
    }
}

void quiz_form_gift(const struct quiz_form *form, FILE *out)
{
    char place[600];

    fprintf(out, "// exifsim quiz, form %" PRIu64 "\n", form->seed);
    for (uint32_t i = 0; i < form->count; i++) {
        const struct quiz_question *q = &form->questions[i];

        quiz_place(q, place, sizeof place);
        fprintf(out, "\n::%u %s::[plain]", i + 1, quiz_types[q->kind].name);
        gift_text(out, place);
        fprintf(out, "\\n");
        gift_text(out, q->ask);
        for (uint32_t line = 0; line < q->line_count; line++) {
            fprintf(out, "\\n");
            gift_text(out, q->lines[line]);
        }
        fprintf(out, "{\n");
        for (uint32_t o = 0; o < q->option_count; o++) {
            fprintf(out, "\t%c", o == q->right ? '=' : '~');
            gift_text(out, q->options[o].text);
            fputc('#', out);
            gift_text(out, o == q->right ? q->because : q->options[o].slip);
            fputc('\n', out);
        }
        fprintf(out, "}\n");
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *json_seed(uint64_t seed)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRIu64, seed);
    return json_string(text);
}

static json_t *json_question(const struct quiz_question *q)
{
    json_t *lines = json_array(), *options = json_array(), *whole;
    char see[RUN_REPRO_CHARS], letter[2] = { letter_of(q->right), 0 };

    for (uint32_t i = 0; i < q->line_count; i++)
        json_array_append_new(lines, json_string(q->lines[i]));
    for (uint32_t i = 0; i < q->option_count; i++)
        json_array_append_new(options, json_pack("{s:s, s:b, s:s}", "text", q->options[i].text,
                                                 "right", i == q->right, "said",
                                                 i == q->right ? q->because : q->options[i].slip));
    quiz_see(q, see);
    whole = json_pack("{s:s, s:s, s:i, s:s, s:s, s:o, s:s, s:o, s:o, s:s, s:s}", "type",
                      quiz_types[q->kind].name, "title", quiz_types[q->kind].title, "variant",
                      (int)q->variant, "scenario", q->scenario, "sets", q->sets, "seed",
                      json_seed(q->seed), "ask", q->ask, "lines", lines, "options", options, "key",
                      letter, "see", see);
    if (q->has_instant) {
        json_object_set_new(whole, "record", json_integer((json_int_t)q->record));
        json_object_set_new(whole, "at_ns", json_integer((json_int_t)q->at));
    }
    return whole;
}

void quiz_form_json(const struct quiz_form *form, FILE *out)
{
    static const char *const names[QUIZ_REFUSALS] = { "nothing", "two_ways", "options", "balance" };
    json_t *questions = json_array(), *exhausted = json_array(), *refused = json_object(), *whole;
    char *dump;

    for (uint32_t i = 0; i < form->count; i++)
        json_array_append_new(questions, json_question(&form->questions[i]));
    for (int i = 0; i < QUIZ_TYPES; i++)
        if (form->exhausted[i])
            json_array_append_new(exhausted, json_string(quiz_types[i].name));
    for (int i = 0; i < QUIZ_REFUSALS; i++)
        json_object_set_new(refused, names[i], json_integer(form->refused[i]));
    whole = json_pack("{s:i, s:o, s:o, s:o, s:o}", "version", JSON_FORM_VERSION, "form",
                      json_seed(form->seed), "questions", questions, "exhausted", exhausted,
                      "refused", refused);
    dump = json_dumps(whole, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    fprintf(out, "%s\n", dump);
    free(dump);
    json_decref(whole);
}
