/* grade_outputs.c - grades as Autolab, Gradescope and test reports read them (grade.h). */
#include "ui/host/xml.h"
#include "ui/lesson/grade.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* What is said of a page: never the key. */
static void remark(const struct page_score *page, char *out, size_t size)
{
    if (!page->answered)
        snprintf(out, size, "not answered");
    else if (page->right)
        snprintf(out, size, "right%s%s", page->tries > 1 ? ", at a later try" : "",
                 page->hint ? ", with a hint" : "");
    else
        snprintf(out, size, "answered \"%s\"; it is not so", page->last);
}

void grade_autolab(const struct grade *grade, FILE *out)
{
    json_t *scores = json_object(), *line;
    char text[200], name[24], *dump;

    fprintf(out, "%s (%s)\n", grade->title, grade->lesson);
    for (uint32_t i = 0; i < grade->score.page_count; i++) {
        const struct page_score *page = &grade->score.pages[i];

        if (!page->asked)
            continue;
        remark(page, text, sizeof text);
        fprintf(out, "  page %u, %s: %u of %d, %s\n", i + 1, grade->titles[i], score_points(page),
                SCORE_POINTS, text);
        snprintf(name, sizeof name, "page%u", i + 1);
        json_object_set_new(scores, name, json_integer(score_points(page)));
    }
    fprintf(out, "%u of %u points\n", score_sum(&grade->score), score_most(&grade->score));
    line = json_pack("{s:o}", "scores", scores);
    dump = json_dumps(line, JSON_PRESERVE_ORDER);
    fprintf(out, "%s\n", dump);
    free(dump);
    json_decref(line);
}

void grade_gradescope(const struct grade *grade, FILE *out)
{
    json_t *tests = json_array(), *whole;
    char text[200], name[160], *dump;

    for (uint32_t i = 0; i < grade->score.page_count; i++) {
        const struct page_score *page = &grade->score.pages[i];

        if (!page->asked)
            continue;
        remark(page, text, sizeof text);
        snprintf(name, sizeof name, "page %u: %s", i + 1, grade->titles[i]);
        json_array_append_new(tests, json_pack("{s:s, s:i, s:i, s:s, s:s}", "name", name, "score",
                                               (int)score_points(page), "max_score", SCORE_POINTS,
                                               "output", text, "visibility", "visible"));
    }
    whole =
        json_pack("{s:i, s:i, s:s, s:o}", "score", (int)score_sum(&grade->score), "execution_time",
                  (int)((grade->cpu_ms + 999) / 1000), "output", grade->title, "tests", tests);
    dump = json_dumps(whole, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    fprintf(out, "%s\n", dump);
    free(dump);
    json_decref(whole);
}

/* A page as a test case. */
static void junit_page(const struct grade *grade, uint32_t index, bool show_keys, FILE *out)
{
    const struct page_score *page = &grade->score.pages[index];
    char name[160], text[200 + VALUE_TEXT_CHARS];

    snprintf(name, sizeof name, "page %u: %s", index + 1, grade->titles[index]);
    fprintf(out, "    <testcase");
    xml_attribute(out, "classname", grade->lesson);
    xml_attribute(out, "name", name);
    if (page->right) {
        fprintf(out, "/>\n");
        return;
    }
    remark(page, text, 200);
    if (show_keys)
        snprintf(text + strlen(text), sizeof text - strlen(text), "; expected %s",
                 grade->keys[index]);
    fprintf(out, ">\n      <failure");
    xml_attribute(out, "message", text);
    fprintf(out, "/>\n    </testcase>\n");
}

void grade_junit(const struct grade *grade, bool show_keys, FILE *out)
{
    uint32_t asked = 0, failed = 0;

    for (uint32_t i = 0; i < grade->score.page_count; i++) {
        asked += grade->score.pages[i].asked;
        failed += grade->score.pages[i].asked && !grade->score.pages[i].right;
    }
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"exifsim lesson\" "
            "tests=\"%u\" failures=\"%u\">\n  <testsuite",
            asked, failed);
    xml_attribute(out, "name", grade->lesson);
    fprintf(out, " tests=\"%u\" failures=\"%u\">\n", asked, failed);
    for (uint32_t i = 0; i < grade->score.page_count; i++)
        if (grade->score.pages[i].asked)
            junit_page(grade, i, show_keys, out);
    fprintf(out, "  </testsuite>\n</testsuites>\n");
}
