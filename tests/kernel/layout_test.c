/* layout_test.c - structures that drivers see have NT's own layout (layouts.def). A compiled driver
 * reads them by offset. */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

/* The door's <bugcodes.h> has the names of the machine's own stops. */
#define BUGCHECK(code, name, text, a1, a2, a3, a4) _Static_assert(name == (code), #name);
#include "model/words/bugchecks.def"

struct row {
    const char *name;
    size_t offset, bytes, wanted_offset, wanted_bytes;
};

static const struct row rows[] = {
#define LAYOUT_SIZE(type, size) { #type, 0, sizeof(type), 0, size },
#define LAYOUT(type, field, at, size) \
    { #type "." #field, offsetof(type, field), sizeof(((type *)NULL)->field), at, size },
#include "tests/kernel/layouts.def"
};

static void structures_have_the_layout_of_nt(void **state)
{
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];

        if (row->offset == row->wanted_offset && row->bytes == row->wanted_bytes)
            continue;
        print_error("%s: at %zx, %zx bytes; expected at %zx, %zx bytes\n", row->name, row->offset,
                    row->bytes, row->wanted_offset, row->wanted_bytes);
        wrong++;
    }
    assert_int_equal(wrong, 0);
    assert_true(sizeof rows / sizeof rows[0] > 250);
}

GROUP(layout_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structures_have_the_layout_of_nt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
