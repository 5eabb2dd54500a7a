/* page_test.c - a page is held to its run: the key is one of the offers, claims are true, answers
 * are judged.
 */
#include "tests/groups.h"
#include "ui/lesson/check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct run_options options;
static char path[4096], errors[4096];

/* Writes a lesson of one page over a short quiet run; further lines are the page's. */
static void write_lesson(const char *page)
{
    FILE *file;

    snprintf(path, sizeof path, "lesson_%d.ini", (int)getpid());
    file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file,
            "[scenario]\nextends = " SCENARIOS
            "calm_day.ini\ntitle = x\nduration = 20 s\n[expect]\n"
            "outcome = any\n[lesson]\ntitle = x\n[run hotfix]\nset = versions.all=hotfix\n"
            "[run mixed]\nset = versions.ese=hotfix\n[run other]\nset = seed=5\n[page 1]\n"
            "title = y\nsay = z\n%s",
            page);
    fclose(file);
}

static enum check_end check(const char *page)
{
    FILE *out = tmpfile(), *said = tmpfile();
    enum check_end end = CHECK_FILE;
    struct check_sum sum;
    size_t length;

    assert_non_null(out);
    assert_non_null(said);
    write_lesson(page);
    struct lesson *lesson = lesson_read(path, said);

    if (lesson != NULL)
        end = lesson_check(lesson, &options, out, said, &sum);
    lesson_free(lesson);
    rewind(said);
    length = fread(errors, 1, sizeof errors - 1, said);
    errors[length] = 0;
    fclose(out);
    fclose(said);
    unlink(path);
    return end;
}

static void fails(const char *page, enum check_end expected, const char *part)
{
    enum check_end end = check(page);

    if (end != expected || strstr(errors, part) == NULL)
        fail_msg("%s: end %d, \"%s\" instead of \"%s\"", page, (int)end, errors, part);
}

#define QUESTION "ask = how many?\nreveal = so many\n"

static void what_is_told_must_be_shown(void **state)
{
    (void)state;
    assert_int_equal(check("at = first DELIVERED\nclaim = delivered > 0\n"), CHECK_GOOD);
    fails("claim = crashed\n", CHECK_DIFFERS, "page 1: not true in this run: crashed");
    fails("at = stop\n", CHECK_DIFFERS, "page 1: this run has no stop");
    fails("at = story first_wrong_byte\n", CHECK_DIFFERS, "outcome survived");
    fails("lanes = wonder.exe\n", CHECK_DIFFERS, "\"wonder.exe\" is no lane of this run");
    fails("from = end\nto = begin\n", CHECK_DIFFERS, "expected from before to");
}

static void the_key_is_exactly_one_of_the_offers(void **state)
{
    (void)state;
    assert_int_equal(check(QUESTION "key = 10\noffer = 10\noffer_2 = 50\nslip_2 = no\n"),
                     CHECK_GOOD);
    assert_int_equal(check(QUESTION "key = 11\noffer = 2\noffer_2 = 10\noffer_3 = 50\nslip = no\n"
                                    "slip_3 = no\n"),
                     CHECK_GOOD);
    fails(QUESTION "key = 25\noffer = 10\noffer_2 = 50\n", CHECK_DIFFERS,
          "the key is 25, which is not exactly one of the offers");
    fails(QUESTION "key = 10\noffer = 10\noffer_2 = 10\n", CHECK_DIFFERS, "not exactly one");
    fails(QUESTION "key = 10\noffer = 10\noffer_2 = \"ten\"\n", CHECK_DIFFERS, "of another kind");
    fails(QUESTION "key = 10\noffer = 10\noffer_2 = 50\n", CHECK_DIFFERS,
          "a wrong offer without a slip");
}

static void a_file_that_is_wrong_is_refused_at_its_place(void **state)
{
    (void)state;
    fails("ask = how?\n", CHECK_FILE, "a question without a key");
    fails("key = 1\n", CHECK_FILE, "a key without a question");
    fails(QUESTION "key = wonder\n", CHECK_FILE, ":20:7: \"wonder\" (expected a word");
    fails("at = 1234\n", CHECK_FILE, "a record's number (expected an anchor");
    fails("at = first WONDER\n", CHECK_FILE, ":18:6: \"WONDER\" (expected");
    fails("show = wonder\n", CHECK_FILE, "\"wonder\"");
    fails("say_3 = gap\n", CHECK_FILE, "without gaps");
    fails("else = nowhere\n", CHECK_FILE, "expected at INSTANT");
    fails("[page 3]\ntitle = a\nsay = b\n", CHECK_FILE, "[page 3] (expected [page 2]");
    fails("wonder = 1\n", CHECK_FILE, "");
    fails("run = wonder\n", CHECK_FILE, ":18:7: \"wonder\" (expected the name of a [run])");
    fails("show = twin\nrun = hotfix\n", CHECK_FILE, "expected another show");
    fails("panel = ready, wonder\n", CHECK_FILE, ":18:9: \"wonder\" (expected nothing, or some of");
    fails("panel = memory\n", CHECK_FILE, "memory without processors");
}

/* Words ask the page's run. A named run is the lesson's own with other settings; one without a name
 * is the page's. With one file of another version no mail is delivered. */
static void a_page_may_show_another_run(void **state)
{
    (void)state;
    assert_int_equal(check("run = mixed\nclaim = delivered == 0\nclaim_2 = other.delivered > 0\n"
                           "claim_3 = with(\"seed=5\").delivered == 0\n"),
                     CHECK_GOOD);
    fails("claim = delivered == 0\n", CHECK_DIFFERS, "not true in this run");
    fails("run = mixed\nat = first DELIVERED\n", CHECK_DIFFERS, "page 1: ");
    assert_int_equal(check("run = mixed\nat = end\nelse = other at first DELIVERED\n"), CHECK_GOOD);
    fails("run = mixed\nat = end\nelse = at first DELIVERED\n", CHECK_DIFFERS, "page 1: ");
}

/* What a terminal tells of the machine at the end of the quiet run. */
static void tells(const char *page, uint32_t lines, const char *last)
{
    char error[LESSON_ERROR_CHARS];
    const char *key;

    write_lesson(page);
    struct lesson *lesson = lesson_read(path, stderr);

    assert_non_null(lesson);
    struct lesson_session *session = lesson_session_new(lesson, &options);
    struct page_view *view = lesson_page_open(session, 0, error, &key);

    unlink(path);
    assert_non_null(view);
    assert_int_equal(view->here_count, lines);
    if (lines > 0)
        assert_string_equal(view->here[lines - 1], last);
    page_free(view);
    lesson_session_free(session);
    lesson_free(lesson);
}

static void a_panel_tells_what_it_is_asked_for(void **state)
{
    (void)state;
    tells("at = begin + 10 s\n", 5, "0 threads are ready");
    tells("at = begin\npanel = nothing\n", 0, NULL);
    tells("at = begin\npanel = clerks, reserve\n", 1,
          "the driver's reserve has 0 pages; 0 proxy threads of the store are free");
    tells("panel = processors\nat = begin\n", 4, "processor 3: idle");
}

static void texts_hold_values_of_the_run(void **state)
{
    char error[LESSON_ERROR_CHARS];
    const char *key;

    (void)state;
    write_lesson(QUESTION "key = crashed\nhint = {1 + 2} of {delivered > 0}, {hex(0x210000)}\n");
    struct lesson *lesson = lesson_read(path, stderr);

    assert_non_null(lesson);
    struct lesson_session *session = lesson_session_new(lesson, &options);
    struct page_view *view = lesson_page_open(session, 0, error, &key);

    unlink(path);
    assert_non_null(view);
    assert_string_equal(view->texts.hint, "3 of yes, 0x00210000");
    page_free(view);
    lesson_session_free(session);
    lesson_free(lesson);
    fails("say_2 = {wonder}\n", CHECK_FILE, "\"wonder\" (expected a word");
    fails("say_2 = {1 + 2\n", CHECK_FILE, "expected } behind the expression");
    fails("say_2 = {time(stop)}\n", CHECK_DIFFERS, "page 1: this run has no stop");
}

/* ---- Answers --------------------------------------------------------------------------------- */

static enum page_verdict judge(const char *page, const char *text)
{
    char error[LESSON_ERROR_CHARS];
    const char *key;
    int chosen;

    write_lesson(page);
    struct lesson *lesson = lesson_read(path, stderr);

    assert_non_null(lesson);
    struct lesson_session *session = lesson_session_new(lesson, &options);
    struct page_view *view = lesson_page_open(session, 0, error, &key);

    unlink(path);
    if (view == NULL)
        fail_msg("%s: %s", page, error);
    enum page_verdict verdict = page_answer(view, text, &chosen);

    page_free(view);
    lesson_session_free(session);
    lesson_free(lesson);
    return verdict;
}

static void answers_are_letters_or_values(void **state)
{
    static const char offers[] = QUESTION "key = 10\noffer = 10\noffer_2 = 50\nslip_2 = no\n";

    (void)state;
    assert_int_equal(judge(offers, "a"), PAGE_RIGHT);
    assert_int_equal(judge(offers, " B"), PAGE_WRONG);
    assert_int_equal(judge(offers, "c"), PAGE_UNREADABLE);
    assert_int_equal(judge(offers, "10"), PAGE_UNREADABLE);
    assert_int_equal(judge(QUESTION "key = 10\n", "10"), PAGE_RIGHT);
    assert_int_equal(judge(QUESTION "key = 10\n", "11"), PAGE_WRONG);
    assert_int_equal(judge(QUESTION "key = 1000\n", "1,100"), PAGE_RIGHT);
    assert_int_equal(judge(QUESTION "key = 8 ms\n", "10ms"), PAGE_RIGHT);
    assert_int_equal(judge(QUESTION "key = 8 ms\n", "1 s"), PAGE_WRONG);
    assert_int_equal(judge(QUESTION "key = crashed\n", "n"), PAGE_RIGHT);
    assert_int_equal(judge(QUESTION "key = \"store.exe\"\n", "Store.exe"), PAGE_RIGHT);
}

GROUP(page_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_must_be_shown),
        cmocka_unit_test(the_key_is_exactly_one_of_the_offers),
        cmocka_unit_test(a_file_that_is_wrong_is_refused_at_its_place),
        cmocka_unit_test(a_page_may_show_another_run),
        cmocka_unit_test(a_panel_tells_what_it_is_asked_for),
        cmocka_unit_test(texts_hold_values_of_the_run),
        cmocka_unit_test(answers_are_letters_or_values),
    };

    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
