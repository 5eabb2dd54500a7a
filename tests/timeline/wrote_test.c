/* wrote_test.c - "who wrote this byte?", asked by typing, from a record and by a link. */
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#include "ui/timeline/wanted.h"

static const struct highlight *first_foreign_write(struct app *app)
{
    uint32_t count;
    uint64_t dropped;
    const struct highlight *list = recording_highlights(app_run(app), &count, &dropped);

    for (uint32_t i = 0; i < count; i++)
        if (!list[i].surprising && list[i].record.kind == REC_FOREIGN_WRITE)
            return &list[i];
    fail_msg("nobody writes into a stranger's memory");
    return NULL;
}

static const char *described(struct app *app)
{
    static char text[262144];
    FILE *out = fmemopen(text, sizeof text, "w");

    app_describe(app, out);
    fclose(out);
    return text;
}

/* Typing the address: the owner's writes, then the stranger's, with its way through the driver. */
static void typing_an_address_lists_its_writers(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    char asked[64], heading[96];
    const char *text, *owner, *stranger;

    (void)state;
    snprintf(asked, sizeof asked, "store.exe %x", first_foreign_write(app)->record.a);
    snprintf(heading, sizeof heading, "Who wrote store.exe %08x",
             first_foreign_write(app)->record.a);
    stage_keys(app, "End Q");
    stage_type(app, asked);
    stage_keys(app, "Enter");
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    stage_node(app, heading);
    text = strstr(described(app), heading);
    owner = strstr(text, "with store.exe in force, wrote 64 bytes");
    stranger = strstr(text, "inetinfo.exe/");
    assert_true(owner != NULL && stranger != NULL && owner < stranger);
    assert_non_null(strstr(text, "exifs!ExifsDispatchWrite"));
    assert_non_null(strstr(text, "ese!PutEntry"));
    /* Asked for nothing, it is forgotten. */
    stage_keys(app, "Q Ctrl+A Backspace Enter");
    assert_false(stage_shows(app, heading));
    app_free(app);
}

/* From the record, by one click; and from the list back to the record. */
static void a_record_leads_to_the_writers_and_they_to_theirs(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    const struct highlight wrong = *first_foreign_write(app);
    char byte[64];
    const struct writers *writers;

    (void)state;
    app_lock(app);
    app_select(app, 0, LANE_NONE, RECORD_NONE);
    app_go(app, wrong.number);
    app_unlock(app);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    snprintf(byte, sizeof byte, "%08x in store.exe", wrong.record.a);
    app_activate(app, stage_node(app, byte)->tag);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    app_lock(app);
    writers = recording_writers(app_run(app));
    assert_true(writers != NULL && writers->address == wrong.record.a && writers->count > 1);
    app_unlock(app);
    app_activate(app, tag_make(TAG_RECORD, 0, writers->list[0].number));
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    assert_int_equal(app->panes[0].now, writers->list[0].number);
    assert_non_null(strstr(described(app), "; 1 up to this instant"));
    app_free(app);
}

static void a_link_carries_the_question(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    char error[300], line[2048];

    (void)state;
    app_lock(app);
    assert_true(wrote_ask(app, "store.exe 0x210000", error, sizeof error));
    wanted_link(app, line, sizeof line);
    app_unlock(app);
    assert_non_null(strstr(line, " --wrote 'store.exe 00210000'"));
    app_free(app);
}

static void what_has_no_bytes_is_refused_with_its_reason(void **state)
{
    static const struct {
        const char *text, *says;
    } wrong[] = {
        { "store.exe 123456789", "is not an address" },
        { "store.exe -1", "is not an address" },
        { "store.exe ", "is not an address" },
        { "stor.exe 210000", "no process is called \"stor.exe\"" },
        { "210000", "expected a process before it" },
        { "fb006490", "an object of the kernel" },
        { "store.exe fb006490", "is not a user address" },
        { "store.exe 0", "is not a user address" },
    };
    struct app *app = stage_open("burst.ini");
    struct wrote out;
    char error[300];

    (void)state;
    app_lock(app);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_false(wrote_parse(app_run(app), wrong[i].text, &out, error, sizeof error));
        if (strstr(error, wrong[i].says) == NULL)
            fail_msg("%s: %s", wrong[i].text, error);
    }
    assert_true(wrote_parse(app_run(app), "e8000010", &out, error, sizeof error));
    app_unlock(app);
    app_free(app);
}

GROUP(wrote_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typing_an_address_lists_its_writers),
        cmocka_unit_test(a_record_leads_to_the_writers_and_they_to_theirs),
        cmocka_unit_test(a_link_carries_the_question),
        cmocka_unit_test(what_has_no_bytes_is_refused_with_its_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
