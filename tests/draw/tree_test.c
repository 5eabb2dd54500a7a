/* tree_test.c - the accessible tree: its transcript, the focus, and what is kept from frame to
 * frame. */
#include "tests/draw/support.h"
#include "tests/groups.h"
#include "ui/draw/tree.h"

enum { WINDOW = 1, TOOLS, RUN, STOP, LANES, STORE, INETINFO, SYSTEM, STATUS, DIALOG, YES, NO };

/* The parts that a frame leaves out; all zero: it shows everything. */
struct frame {
    bool no_store, no_lanes, run_disabled, lanes_hidden, dialog, stop_late, no_inetinfo;
};

static void build(struct tree *tree, struct frame frame)
{
    tree_begin(tree);
    tree_push(tree, WINDOW, TREE_WINDOW, "exifsim-view", (struct draw_box){ 0, 0, 100, 100 }, 0);
    tree_push(tree, TOOLS, TREE_TOOLBAR, "Tools", (struct draw_box){ 0, 0, 100, 10 }, TREE_REGION);
    tree_leaf(tree, RUN, TREE_BUTTON, "Run", (struct draw_box){ 0, 0, 10, 10 },
              TREE_FOCUSABLE | (frame.run_disabled ? TREE_DISABLED : 0u));
    tree_note(tree, "Space");
    tree_leaf(tree, STOP, TREE_BUTTON, "Stop", (struct draw_box){ 10, 0, 10, 10 }, TREE_FOCUSABLE);
    tree_pop(tree);
    if (!frame.no_lanes) {
        tree_push(tree, LANES, TREE_LIST, "Lanes", (struct draw_box){ 0, 10, 100, 80 },
                  TREE_REGION | (frame.lanes_hidden ? TREE_HIDDEN : 0u));
        if (!frame.no_store) {
            tree_leaf(tree, STORE, TREE_LANE, "store.exe", (struct draw_box){ 0, 10, 100, 20 },
                      TREE_FOCUSABLE | TREE_SELECTED);
            tree_value(tree, "%d threads", 11);
            tree_tag(tree, 77);
        }
        if (!frame.no_inetinfo)
            tree_leaf(tree, INETINFO, TREE_LANE, "inetinfo.exe",
                      (struct draw_box){ 0, 30, 100, 20 }, TREE_FOCUSABLE);
        tree_leaf(tree, SYSTEM, TREE_LANE, "System", (struct draw_box){ 0, 50, 100, 20 },
                  TREE_FOCUSABLE | TREE_NO_TAB);
        tree_pop(tree);
    }
    tree_leaf(tree, STATUS, TREE_STATUS, "", (struct draw_box){ 0, 90, 100, 10 }, 0);
    tree_value(tree, "paused\nat 3 s");
    if (frame.dialog) {
        tree_push(tree, DIALOG, TREE_DIALOG, "Stop the run?", (struct draw_box){ 20, 20, 40, 40 },
                  TREE_MODAL);
        tree_leaf(tree, YES, TREE_BUTTON, "Yes", (struct draw_box){ 22, 40, 10, 10 },
                  TREE_FOCUSABLE);
        tree_leaf(tree, NO, TREE_BUTTON, "No", (struct draw_box){ 40, 40, 10, 10 }, TREE_FOCUSABLE);
        tree_pop(tree);
    }
    tree_pop(tree);
    tree_end(tree);
}

static uint64_t focused(const struct tree *tree)
{
    const struct tree_node *node = tree_focus(tree);

    if (node == NULL)
        return 0;
    assert_true(node->state & TREE_FOCUSED);
    return node->key;
}

static uint64_t key_of(const struct tree_node *node) { return node != NULL ? node->key : 0; }

static int begin(void **state)
{
    struct tree *tree = tree_new();

    build(tree, (struct frame){ 0 });
    *state = tree;
    return 0;
}

static int end(void **state)
{
    tree_free(*state);
    return 0;
}

static void told(const struct tree *tree, bool with_boxes, const char *wanted)
{
    FILE *file = tmpfile();
    char *text;

    assert_non_null(file);
    tree_describe(tree, file, with_boxes);
    text = text_of(file);
    assert_string_equal(text, wanted);
    free(text);
}

static void it_can_be_told(void **state)
{
    struct tree *tree = *state;

    tree_focus_next(tree);
    told(tree, false,
         "window \"exifsim-view\"\n"
         "  toolbar \"Tools\"\n"
         "    button \"Run\" (focused) - Space\n"
         "    button \"Stop\"\n"
         "  list \"Lanes\"\n"
         "    lane \"store.exe\": 11 threads (selected)\n"
         "    lane \"inetinfo.exe\"\n"
         "    lane \"System\"\n"
         "  status: paused at 3 s\n");
    build(tree, (struct frame){ .lanes_hidden = true, .run_disabled = true });
    told(tree, true,
         "window \"exifsim-view\" [0,0 100x100]\n"
         "  toolbar \"Tools\" [0,0 100x10]\n"
         "    button \"Run\" (disabled) - Space [0,0 10x10]\n"
         "    button \"Stop\" (focused) [10,0 10x10]\n"
         "  status: paused at 3 s [0,90 100x10]\n");
}

static void tab_goes_round_in_reading_order(void **state)
{
    struct tree *tree = *state;
    static const uint64_t order[] = { RUN, STOP, STORE, INETINFO, RUN };

    assert_int_equal(focused(tree), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(key_of(tree_focus_next(tree)), order[i]);
    for (int i = 4; i-- > 0;)
        assert_int_equal(key_of(tree_focus_prev(tree)), order[i]);
    build(tree, (struct frame){ .run_disabled = true, .lanes_hidden = true });
    assert_int_equal(key_of(tree_focus_next(tree)), STOP);
    assert_int_equal(key_of(tree_focus_next(tree)), STOP);
}

static void arrows_stay_among_siblings(void **state)
{
    struct tree *tree = *state;

    assert_true(tree_focus_key(tree, STORE));
    assert_int_equal(key_of(tree_focus_sibling(tree, 1)), INETINFO);
    assert_int_equal(key_of(tree_focus_sibling(tree, 1)), SYSTEM); /* Tab passes by; arrows not. */
    assert_int_equal(key_of(tree_focus_sibling(tree, 1)), SYSTEM);
    assert_int_equal(key_of(tree_focus_sibling(tree, -1)), INETINFO);
    assert_true(tree_focus_key(tree, STOP));
    assert_int_equal(key_of(tree_focus_sibling(tree, 1)), STOP); /* The lanes are no siblings. */
}

static void regions_remember_where_one_was(void **state)
{
    struct tree *tree = *state;

    assert_int_equal(key_of(tree_focus_region(tree, 1)), RUN);
    tree_focus_key(tree, STOP);
    assert_int_equal(key_of(tree_focus_region(tree, 1)), STORE);
    tree_focus_key(tree, SYSTEM);
    assert_int_equal(key_of(tree_focus_region(tree, 1)), STOP);
    build(tree, (struct frame){ 0 });
    assert_int_equal(key_of(tree_focus_region(tree, -1)), SYSTEM);
    tree_focus_key(tree, STORE);
    tree_focus_region(tree, 1);
    build(tree, (struct frame){ .no_store = true });
    /* The lane with the last focus is gone. */
    assert_int_equal(key_of(tree_focus_region(tree, 1)), INETINFO);
    build(tree, (struct frame){ .no_lanes = true });
    assert_int_equal(key_of(tree_focus_region(tree, 1)), RUN); /* One region is left. */
}

/* A thing that moved to another region is not followed there. */
static void regions_keep_to_themselves(void **state)
{
    struct tree *tree = *state;
    struct draw_box box = { 0, 0, 1, 1 };

    for (uint64_t home = 10; home <= 20; home += 10) {
        tree_begin(tree);
        for (uint64_t region = 10; region <= 20; region += 10) {
            tree_push(tree, region, TREE_GROUP, "", box, TREE_REGION);
            tree_leaf(tree, region + 1, TREE_BUTTON, "", box, TREE_FOCUSABLE);
            if (region == home)
                tree_leaf(tree, 5, TREE_BUTTON, "moves", box, TREE_FOCUSABLE);
            tree_pop(tree);
        }
        tree_end(tree);
        if (home == 10) {
            tree_focus_key(tree, 5);
            assert_int_equal(key_of(tree_focus_region(tree, 1)), 21);
            assert_int_equal(key_of(tree_focus_region(tree, 1)), 5);
            assert_int_equal(key_of(tree_focus_region(tree, 1)), 21);
        }
    }
    assert_int_equal(key_of(tree_focus_region(tree, 1)), 11);
}

static void focus_stays_with_its_key(void **state)
{
    struct tree *tree = *state;

    tree_focus_key(tree, INETINFO);
    build(tree, (struct frame){ .no_store = true });
    assert_int_equal(focused(tree), INETINFO);
    assert_false(tree_focus_key(tree, STATUS)); /* Takes none. */
    assert_false(tree_focus_key(tree, 999));
    assert_int_equal(focused(tree), INETINFO);
}

static void focus_falls_to_the_nearest_ancestor(void **state)
{
    struct tree *tree = *state;

    tree_focus_key(tree, INETINFO);
    build(tree, (struct frame){ .no_inetinfo = true });
    assert_int_equal(focused(tree), STORE); /* First in the lanes. */
    build(tree, (struct frame){ .no_lanes = true });
    assert_int_equal(focused(tree), RUN); /* First in the window. */
    build(tree, (struct frame){ .run_disabled = true });
    assert_int_equal(focused(tree), STOP);
    tree_begin(tree);
    tree_end(tree);
    assert_int_equal(focused(tree), 0);
    assert_null(tree_focus_next(tree));
    assert_null(tree_focus_prev(tree));
    assert_null(tree_focus_region(tree, 1));
    assert_null(tree_hit(tree, 1, 1));
}

static void a_wish_while_building_is_granted_at_the_end(void **state)
{
    struct tree *tree = *state;

    tree_begin(tree);
    tree_focus_key(tree, 50);
    tree_leaf(tree, 49, TREE_BUTTON, "a", (struct draw_box){ 0, 0, 1, 1 }, TREE_FOCUSABLE);
    tree_leaf(tree, 50, TREE_TEXT_FIELD, "b", (struct draw_box){ 0, 0, 1, 1 }, TREE_FOCUSABLE);
    tree_end(tree);
    assert_int_equal(focused(tree), 50);
}

static void a_dialog_keeps_the_focus_and_gives_it_back(void **state)
{
    struct tree *tree = *state;

    tree_focus_key(tree, INETINFO);
    build(tree, (struct frame){ .dialog = true });
    assert_int_equal(focused(tree), YES);
    assert_int_equal(key_of(tree_focus_next(tree)), NO);
    assert_int_equal(key_of(tree_focus_next(tree)), YES);
    assert_int_equal(key_of(tree_focus_region(tree, 1)), YES);
    assert_false(tree_focus_key(tree, RUN));
    assert_null(tree_hit(tree, 5, 5)); /* The pointer, too. */
    assert_int_equal(key_of(tree_hit(tree, 45, 45)), NO);
    build(tree, (struct frame){ .dialog = true });
    assert_int_equal(focused(tree), YES);
    build(tree, (struct frame){ 0 });
    assert_int_equal(focused(tree), INETINFO);
    build(tree, (struct frame){ .dialog = true });
    build(tree, (struct frame){ .no_inetinfo = true }); /* Nowhere to give it back to. */
    assert_int_equal(focused(tree), RUN);
}

static void the_topmost_is_hit(void **state)
{
    struct tree *tree = *state;

    assert_int_equal(key_of(tree_hit(tree, 9, 9)), RUN);
    assert_int_equal(key_of(tree_hit(tree, 10, 9)), STOP);
    assert_int_equal(key_of(tree_hit(tree, 50, 5)), TOOLS);
    assert_int_equal(key_of(tree_hit(tree, 50, 10)), STORE);
    assert_null(tree_hit(tree, 100, 5));
    build(tree, (struct frame){ .lanes_hidden = true });
    assert_int_equal(key_of(tree_hit(tree, 50, 10)), WINDOW);
    assert_true(tree_is_hidden(tree, tree_find(tree, STORE))); /* With what is above it. */
}

static void nodes_are_found(void **state)
{
    struct tree *tree = *state;
    const struct tree_node *store = tree_find_name(tree, TREE_LANE, "store.exe");

    assert_int_equal(key_of(store), STORE);
    assert_int_equal(store->tag, 77);
    assert_string_equal(tree_value_of(tree, store), "11 threads");
    assert_int_equal(key_of(tree_parent(tree, store)), LANES);
    assert_int_equal(key_of(tree_find_name(tree, TREE_ROLE_COUNT, "Stop")), STOP);
    assert_null(tree_find_name(tree, TREE_LANE, "Stop"));
    assert_int_equal(key_of(tree_find(tree, SYSTEM)), SYSTEM);
    assert_null(tree_find(tree, 12345));
    assert_int_equal(tree_at(tree, 1)->end, 4);
    assert_null(tree_at(tree, tree_count(tree)));
}

static void many_keys_do_not_meet(void **state)
{
    struct tree *tree = *state;

    for (int round = 0; round < 3; round++) {
        tree_begin(tree);
        for (uint64_t i = 0; i < 20000; i++)
            tree_leaf(tree, tree_key(LANES, i % 2 ? "store.exe" : "System", i), TREE_LANE, "x",
                      (struct draw_box){ 0, 0, 1, 1 }, TREE_FOCUSABLE);
        tree_end(tree);
    }
    for (uint64_t i = 0; i < 20000; i++) {
        const struct tree_node *node =
            tree_find(tree, tree_key(LANES, i % 2 ? "store.exe" : "System", i));

        assert_ptr_equal(node, tree_at(tree, i));
    }
    assert_true(tree_key(1, "a", 0) != tree_key(2, "a", 0));
    assert_true(tree_key(1, "a", 0) != tree_key(1, "b", 0));
    assert_true(tree_key(1, NULL, 0) == tree_key(1, "", 0));
}

GROUP(tree_test)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        STORY(it_can_be_told),
        STORY(tab_goes_round_in_reading_order),
        STORY(arrows_stay_among_siblings),
        STORY(regions_remember_where_one_was),
        STORY(regions_keep_to_themselves),
        STORY(focus_stays_with_its_key),
        STORY(focus_falls_to_the_nearest_ancestor),
        STORY(a_wish_while_building_is_granted_at_the_end),
        STORY(a_dialog_keeps_the_focus_and_gives_it_back),
        STORY(the_topmost_is_hit),
        STORY(nodes_are_found),
        STORY(many_keys_do_not_meet),
    };

    return cmocka_run_group_tests_name("draw.tree", tests, NULL, NULL);
}
