/* lesson_test.c - lessons in the window: played by keyboard alone, and nothing that comes later is
 * shown before the answer.
 */
#include "tests/draw/support.h"
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#include "ui/timeline/tutor.h"

static struct options options;

static struct app *open_lesson(const char *name, uint32_t page)
{
    struct app *app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
    static char path[512];

    snprintf(path, sizeof path, "%slessons/%s.ini", SCENARIOS, name);
    options = (struct options){ .lesson = path, .page = page };
    assert_true(tutor_open(app, &options, false));
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    return app;
}

static void press(struct app *app, const char *keys)
{
    stage_keys(app, keys);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
}

static char *transcript(struct app *app)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    app_describe(app, out);
    fclose(out);
    return text;
}

static void says(struct app *app, const char *part)
{
    char *text = transcript(app);

    if (strstr(text, part) == NULL)
        fail_msg("no \"%s\" in:\n%s", part, text);
    free(text);
}

/* No number of a record behind the page's instant is told, on any screen, with all parts open. */
static void tells_nothing_behind(struct app *app)
{
    static const enum command screens[] = { COMMAND_VIEW_TIMELINE, COMMAND_VIEW_STOP,
                                            COMMAND_VIEW_BOXES, COMMAND_VIEW_TIMELINE };
    uint64_t last = app->tutor->view->at;

    for (size_t i = 0; i < ARRAY_LEN(screens); i++) {
        char *text, *at;

        app_do(app, screens[i]);
        if (i == 3) {
            app_do(app, COMMAND_INSPECTOR);
            app_do(app, COMMAND_RECORDS);
            app_do(app, COMMAND_SHOW_HIDDEN);
            app_do(app, COMMAND_FIT_ALL);
            app_do(app, COMMAND_TO_END);
        }
        app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
        text = transcript(app);
        for (at = text; (at = strchr(at, '#')) != NULL;) {
            uint64_t number = 0;

            for (at++; (*at >= '0' && *at <= '9') || (*at == ' ' && at[1] >= '0' && at[1] <= '9');
                 at++)
                if (*at != ' ')
                    number = number * 10 + (uint64_t)(*at - '0');
            if (number > last)
                fail_msg("record %llu is told, behind %llu:\n%s", (unsigned long long)number,
                         (unsigned long long)last, text);
        }
        free(text);
    }
    app_lock(app);
    assert_true(recording_status(app->panes[0].run)->records == last + 1);
    assert_null(recording_end(app->panes[0].run));
    app_unlock(app);
    app_do(app, COMMAND_INSPECTOR);
    app_do(app, COMMAND_RECORDS);
    app_do(app, COMMAND_LESSON_VIEW);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
}

static void nothing_behind_the_instant_is_shown_before_the_answer(void **state)
{
    struct app *app = open_lesson("4_memory", 1);

    (void)state;
    tells_nothing_behind(app);
    app_do(app, COMMAND_TWIN); /* A whole run beside it would tell. */
    stage_frame(app);
    assert_int_equal(app->pane_count, 1);
    says(app, "the page asks first");
    app_do(app, COMMAND_LESSON_REVEAL);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    app_lock(app);
    assert_true(recording_status(app->panes[0].run)->records > app->tutor->view->at + 1);
    app_unlock(app);
    app_do(app, COMMAND_LESSON_NEXT);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    tells_nothing_behind(app);
    app_free(app);

    app = open_lesson("6_crash", 1);
    tells_nothing_behind(app);
    app_free(app);
}

static void lesson_4_is_played_by_keyboard_alone(void **state)
{
    struct app *app = open_lesson("4_memory", 0);

    (void)state;
    says(app, "page 1 of 7");
    says(app, "button \"A: yes\" (focused)");
    press(app, "A");
    says(app, "No. An address is not a place.");
    says(app, "button \"A: yes\": no");
    press(app, "J");
    says(app, "Whose memory would you have to look into?");
    press(app, "B");
    says(app, "status \"Verdict\": Right.");
    says(app, "button \"B: no\": right");
    says(app, "The same number, two memories");
    assert_int_equal(score_sum(&app->tutor->score), 1); /* A second try, after a hint. */
    press(app, "N");
    says(app, "page 2 of 7");
    press(app, "Shift+N");
    says(app, "page 1 of 7");
    says(app, "Right."); /* What was answered stays so. */
    press(app, "PageDown PageDown PageDown");
    says(app, "page 4 of 7");
    press(app, "R");
    says(app, "It is: yes");
    press(app, "N");
    press(app, "2"); /* A digit is an offer while the pane has the focus, and no view. */
    says(app, "Right.");
    assert_int_equal(app->screen, SCREEN_TIMELINE);
    press(app, "N N N");
    says(app, "The end of the lesson");
    says(app, "Now you can say what an address");
    app_free(app);
}

static void a_wrong_answer_opens_the_other_run_and_escape_returns(void **state)
{
    struct app *app = open_lesson("4_memory", 5);

    (void)state;
    assert_false(stage_shows(app, "See it"));
    press(app, "A");
    says(app, "No. Not every write into another process is a fault.");
    stage_click(app, "See it");
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    says(app, "You see the run with versions.all=hotfix");
    assert_non_null(strstr(app->panes[0].label, "hotfix"));
    assert_int_equal(app->panes[0].now, app->tutor->view->other_at);
    press(app, "Escape");
    assert_false(stage_shows(app, "Back to the page"));
    assert_int_equal(app->panes[0].now, app->tutor->view->at);
    app_lock(app);
    assert_true(recording_status(app->panes[0].run)->cut); /* There is a second try. */
    app_unlock(app);
    app_free(app);
}

static bool asks_for(const struct app *app, const char *set)
{
    const struct run_options *options_of_pane = &app->panes[0].options;

    for (uint32_t i = 0; i < options_of_pane->set_count; i++)
        if (strcmp(options_of_pane->sets[i], set) == 0)
            return true;
    return false;
}

/* Lesson 6 goes from the quiet evening to the one under load, and back: both crash at 60 s. */
static void a_page_shows_the_run_that_it_tells_of(void **state)
{
    struct app *app = open_lesson("6_crash", 4);

    (void)state;
    assert_false(asks_for(app, "load.smtp.rate=24/s"));
    press(app, "N");
    assert_true(asks_for(app, "load.smtp.rate=24/s"));
    assert_int_equal(app->panes[0].now, app->tutor->view->at);
    press(app, "A");
    stage_click(app, "See it");
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    says(app, "You see what came next.");
    assert_int_equal(app->panes[0].now, app->tutor->view->other_at); /* The last record. */
    press(app, "Escape");
    tells_nothing_behind(app);
    press(app, "R");
    assert_true(asks_for(app, "load.smtp.rate=24/s"));
    press(app, "Shift+N R");
    assert_false(asks_for(app, "load.smtp.rate=24/s"));
    press(app, "N");
    assert_true(asks_for(app, "load.smtp.rate=24/s"));
    app_free(app);
}

static void hides(struct app *app, const char *part)
{
    char *text = transcript(app);

    if (strstr(text, part) != NULL)
        fail_msg("\"%s\" is told before the answer in:\n%s", part, text);
    free(text);
}

/* The stop screen and the status line have the numbers and not what they mean. */
static void a_stop_is_not_explained_before_the_answer(void **state)
{
    struct app *app = open_lesson("6_crash", 8);

    (void)state;
    says(app, "*** STOP: 0x00000005");
    says(app, "exifs!ExifsCleanup");
    says(app, "status \"Status\": STOP\n");
    hides(app, "What its four arguments mean");
    hides(app, "The rule that was broken");
    hides(app, "Diagnosis");
    hides(app, "(inetinfo.exe,store.exe");
    press(app, "R");
    says(app, "What its four arguments mean");
    says(app, "(inetinfo.exe,store.exe");
    app_free(app);
}

static void lesson_1_is_played_by_keyboard_alone(void **state)
{
    struct app *app = open_lesson("1_day", 0);

    (void)state;
    press(app, "C");
    says(app, "No. A server is not always busy");
    press(app, "A N");
    says(app, "page 2 of 6");
    tells_nothing_behind(app);
    press(app, "R N N N N");
    says(app, "page 6 of 6");
    press(app, "A");
    says(app, "Right.");
    press(app, "N");
    says(app, "The end of the lesson");
    app_free(app);
}

static void the_page_has_its_view_back(void **state)
{
    struct app *app = open_lesson("1_day", 2);
    uint64_t at = app->tutor->view->at;

    (void)state;
    press(app, "F6 F6"); /* Somewhere else than the pane. */
    press(app, "Home");
    app_do(app, COMMAND_TO_BEGIN);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    assert_true(app->panes[0].now != at);
    app_do(app, COMMAND_LESSON_VIEW);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    assert_int_equal(app->panes[0].now, at);
    app_free(app);
}

/* A letter needs a handful of some sixty threads: those are the rows. */
static void only_threads_that_do_anything_are_shown(void **state)
{
    struct app *app = open_lesson("1_day", 2);
    uint32_t threads = 0, running = 0;

    (void)state;
    app_lock(app);
    for (uint32_t i = 0; i < app->panes[0].rows.count; i++) {
        const struct row *row = &app->panes[0].rows.list[i];

        threads += row->kind == ROW_LANE && row->lane != LANE_NONE &&
                   lanes_get(recording_lanes(app->panes[0].run), row->lane)->kind == LANE_THREAD;
        running += row->kind == ROW_PROCESS && row->expanded;
    }
    app_unlock(app);
    assert_in_range(threads, 4, 12);
    assert_int_equal(running, 2);
    app_free(app);
}

/* What the other driver does at the instant of the page is what it asks. */
static void a_twin_is_cut_as_well(void **state)
{
    struct app *app = open_lesson("7_hotfix", 2);
    uint64_t at = app->tutor->view->at;

    (void)state;
    assert_int_equal(app->pane_count, 2);
    app_lock(app);
    assert_int_equal(recording_status(app->panes[1].run)->records, at);
    app_unlock(app);
    assert_false(stage_shows(app, "first difference"));
    assert_false(app->twins.known);
    press(app, "R");
    assert_true(app->twins.known);
    assert_int_equal(app->twins.difference, at);
    app_free(app);
}

static void a_narrow_window_has_a_drawer(void **state)
{
    struct app *app = open_lesson("1_day", 1);

    (void)state;
    app_settle(app, 900, 600);
    assert_int_equal(app->layout.left, 0);
    says(app, "group \"Lesson\"");
    app_do(app, COMMAND_LESSON_PANE);
    app_frame(app, 900, 600);
    assert_false(stage_shows(app, "Lesson"));
    app_frame(app, STAGE_WIDTH, STAGE_HEIGHT);
    assert_int_equal(app->layout.left, 0);
    app_do(app, COMMAND_LESSON_PANE);
    app_frame(app, STAGE_WIDTH, STAGE_HEIGHT);
    assert_true(app->layout.left > 300);
    app_free(app);
}

/* A clicker has one button that matters: it asks, reveals, turns. */
static void a_presenter_asks_before_he_reveals(void **state)
{
    struct app *app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);

    (void)state;
    options = (struct options){ .lesson = SCENARIOS "lessons/4_memory.ini", .presenter = true };
    assert_true(tutor_open(app, &options, false));
    app_settle(app, 1920, 1080);
    assert_ptr_equal(app->theme, theme_get(THEME_HIGH_CONTRAST));
    assert_true(draw_text_height(app->fonts, DRAW_SMALL) >= 24);
    assert_true(draw_text_height(app->fonts, DRAW_MONO_SMALL) >= 24);
    assert_false(stage_shows(app, "B: no"));
    app_key(app, "PageDown");
    app_settle(app, 1920, 1080);
    assert_true(stage_shows(app, "B: no"));
    assert_false(stage_shows(app, "Verdict"));
    app_key(app, "PageDown");
    app_settle(app, 1920, 1080);
    says(app, "It is: no");
    app_key(app, "Period");
    app_frame(app, 1920, 1080);
    says(app, "Black-out");
    app_key(app, "Period");
    app_frame(app, 1920, 1080);
    assert_false(stage_shows(app, "Black-out"));
    app_key(app, "PageDown");
    app_settle(app, 1920, 1080);
    says(app, "page 2 of 7");
    app_key(app, "PageUp");
    app_settle(app, 1920, 1080);
    says(app, "page 1 of 7");
    app_free(app);
}

/* The first picture of lesson 4: one thread, one address, two contents. */
static void the_boxes_of_lesson_4_as_they_are_told(void **state)
{
    struct app *app = open_lesson("4_memory", 1);
    char *text = transcript(app);

    (void)state;
    assert_golden(GOLDENS "/lesson_boxes.golden", text);
    free(text);
    app_free(app);
}

GROUP(lesson_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_behind_the_instant_is_shown_before_the_answer),
        cmocka_unit_test(lesson_4_is_played_by_keyboard_alone),
        cmocka_unit_test(a_wrong_answer_opens_the_other_run_and_escape_returns),
        cmocka_unit_test(a_page_shows_the_run_that_it_tells_of),
        cmocka_unit_test(a_stop_is_not_explained_before_the_answer),
        cmocka_unit_test(lesson_1_is_played_by_keyboard_alone),
        cmocka_unit_test(the_page_has_its_view_back),
        cmocka_unit_test(only_threads_that_do_anything_are_shown),
        cmocka_unit_test(a_twin_is_cut_as_well),
        cmocka_unit_test(a_narrow_window_has_a_drawer),
        cmocka_unit_test(a_presenter_asks_before_he_reveals),
        cmocka_unit_test(the_boxes_of_lesson_4_as_they_are_told),
    };

    return cmocka_run_group_tests_name("lesson", tests, NULL, NULL);
}
