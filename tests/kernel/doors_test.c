/* doors_test.c - the table of the door (doors.def) as a table of symbols: each has an address. */
#include "tests/groups.h"
#include "tests/kernel/stories.h"
#include "model/kernel/io.h"

static const struct {
    const char *name, *irql, *source, *component;
    const void *address;
} functions[] = {
#define DOOR(name, irql, source, component) \
    { #name, irql, source, #component, (const void *)(uintptr_t)name },
#include "model/kernel/doors.def"
};
static const char *const compiled_in[] = {
#define DOOR_INLINE(name, irql, source, component) #name,
#include "model/kernel/doors.def"
};

static void every_function_of_the_door_has_an_address_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(functions); i++) {
        assert_non_null(functions[i].address);
        for (size_t k = 0; k < i; k++)
            if (functions[k].address == functions[i].address)
                fail_msg("%s and %s are one function", functions[k].name, functions[i].name);
    }
    assert_true(RTL_NUMBER_OF(functions) > 100 && RTL_NUMBER_OF(compiled_in) > 20);
}

static void variables_of_the_door_have_addresses(void **state)
{
    (void)state;
#define DOOR_DATA(name, irql, source, component) assert_non_null((const void *)&name);
#include "model/kernel/doors.def"
}

GROUP(doors_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function_of_the_door_has_an_address_of_its_own),
        cmocka_unit_test(variables_of_the_door_have_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
