/* theme_test.c - colours can be told apart and read. */
#include "tests/draw/support.h"
#include "tests/groups.h"
#include "ui/draw/theme.h"

static void contrast_is_wcags(void **state)
{
    (void)state;
    assert_in_range((int)(theme_contrast(0x000000ff, 0xffffffff) * 100 + 0.5), 2100, 2100);
    assert_in_range((int)(theme_contrast(0x777777ff, 0xffffffff) * 100 + 0.5), 447, 448);
    assert_in_range((int)(theme_contrast(0xffffffff, 0x0072b2ff) * 100 + 0.5), 518, 520);
    assert_in_range((int)(theme_contrast(0xd55e00ff, 0xd55e00ff) * 100 + 0.5), 100, 100);
}

static void everything_can_be_read(void **state)
{
    struct theme_pair pairs[128];

    (void)state;
    for (int kind = 0; kind < THEMES; kind++) {
        const struct theme *theme = theme_get((enum theme_kind)kind);
        size_t count = theme_pairs(theme, pairs, 128);

        assert_in_range(count, 50, 128);
        for (size_t i = 0; i < count; i++) {
            double contrast = theme_contrast(pairs[i].ink, pairs[i].ground);

            assert_int_equal(pairs[i].ink & pairs[i].ground & 0xff, 0xff);
            if (contrast < pairs[i].least)
                fail_msg("%s: %s, %08x on %08x: %.2f is below %.1f", theme->name, pairs[i].what,
                         (unsigned)pairs[i].ink, (unsigned)pairs[i].ground, contrast,
                         pairs[i].least);
        }
    }
}

static void ink_is_black_but_on_blue(void **state)
{
    (void)state;
    for (int i = 0; i < OKABE_COLORS; i++)
        assert_int_equal(theme_ink_on(theme_palette((enum theme_okabe_ito)i)),
                         i == OKABE_BLUE ? 0xffffffff : 0x000000ff);
}

static void the_storys_processes_differ(void **state)
{
    static const char *const names[] = { "store.exe", "inetinfo.exe", "drwtsn32.exe",
                                         "services.exe", "System" };
    /* Processes of the drills; they may share colours with each other, never with the story. */
    static const char *const others[] = { "svchost.exe", "cmd.exe", "mad.exe", "w3wp.exe",
                                          "lsass.exe" };

    (void)state;
    for (int kind = 0; kind < THEMES; kind++) {
        const struct theme *theme = theme_get((enum theme_kind)kind);

        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 5; j++)
                assert_int_not_equal(theme_process_color(theme, names[i]),
                                     theme_process_color(theme, others[j]));
            assert_int_equal(theme_process_color(theme, names[i]),
                             theme_process_color(theme_get(THEME_DARK), names[i]));
            for (int j = 0; j < i; j++)
                assert_int_not_equal(theme_process_color(theme, names[i]),
                                     theme_process_color(theme, names[j]));
        }
    }
    /* Screenshots and lessons name colours: they are not to move. */
    assert_int_equal(theme_process_color(theme_get(THEME_DARK), "store.exe"), 0x56b4e9ff);
    assert_int_equal(theme_process_color(theme_get(THEME_DARK), "inetinfo.exe"), 0xe69f00ff);
}

/* What is chosen, a cursor or a warning must not look like a process. */
static void no_sign_has_a_processs_colour(void **state)
{
    (void)state;
    for (int kind = 0; kind < THEMES; kind++) {
        const struct theme *t = theme_get((enum theme_kind)kind);
        const uint32_t signs[] = { t->accent, t->cursor_a, t->cursor_b, t->warning, t->focus };

        for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
            for (int j = 0; j < OKABE_COLORS; j++)
                assert_int_not_equal(signs[i], theme_palette((enum theme_okabe_ito)j));
        }
    }
}

static void names_find_themes(void **state)
{
    (void)state;
    assert_ptr_equal(theme_find("dark"), theme_get(THEME_DARK));
    assert_ptr_equal(theme_find("light"), theme_get(THEME_LIGHT));
    assert_ptr_equal(theme_find("high-contrast"), theme_get(THEME_HIGH_CONTRAST));
    assert_null(theme_find("Dark"));
}

static void colours_mix(void **state)
{
    (void)state;
    assert_int_equal(theme_mix(0x000000ff, 0xffffffff, 0), 0x000000ff);
    assert_int_equal(theme_mix(0x000000ff, 0xffffffff, 100), 0xffffffff);
    assert_int_equal(theme_mix(0x000000ff, 0x640000ff, 50), 0x320000ff);
    assert_int_equal(theme_alpha(0x123456ff, 64), 0x12345640);
}

GROUP(theme_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast_is_wcags),
        cmocka_unit_test(everything_can_be_read),
        cmocka_unit_test(ink_is_black_but_on_blue),
        cmocka_unit_test(the_storys_processes_differ),
        cmocka_unit_test(no_sign_has_a_processs_colour),
        cmocka_unit_test(names_find_themes),
        cmocka_unit_test(colours_mix),
    };

    return cmocka_run_group_tests_name("draw.theme", tests, NULL, NULL);
}
