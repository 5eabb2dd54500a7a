/* test_list.c - rings through their members. */
#include "tests/sim/check.h"

#include "sim/list.h"
#include "tests/groups.h"

struct thing {
    int number;
    struct link link;
};

static void members_come_in_the_order_they_were_added(void **state)
{
    struct thing things[4] = { { .number = 1 }, { .number = 2 }, { .number = 3 }, { .number = 4 } };
    struct link head;
    int seen = 0;

    (void)state;
    list_init(&head);
    assert_true(list_empty(&head));
    assert_null(list_take(&head));
    list_add_tail(&head, &things[2].link);
    list_add_tail(&head, &things[3].link);
    list_add_head(&head, &things[0].link);
    list_add_after(&things[0].link, &things[1].link);
    LIST_EACH(at, &head)
        seen = seen * 10 + LIST_ITEM(at, struct thing, link)->number;
    assert_int_equal(seen, 1234);
    assert_int_equal(LIST_ITEM(list_take(&head), struct thing, link)->number, 1);
}

static void a_member_may_leave_while_it_is_visited(void **state)
{
    struct thing things[5];
    struct link head;

    (void)state;
    list_init(&head);
    for (int i = 0; i < 5; i++)
        list_add_tail(&head, &things[i].link);
    LIST_EACH_SAFE(at, &head)
        list_del(at);
    assert_true(list_empty(&head));
}

static void leaving_twice_is_harmless(void **state)
{
    struct thing one, two;
    struct link head;

    (void)state;
    list_init(&head);
    list_add_tail(&head, &one.link);
    list_add_tail(&head, &two.link);
    list_del(&one.link);
    list_del(&one.link);
    assert_ptr_equal(head.next, &two.link);
    assert_ptr_equal(head.prev, &two.link);
}

GROUP(test_list)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_come_in_the_order_they_were_added),
        cmocka_unit_test(a_member_may_leave_while_it_is_visited),
        cmocka_unit_test(leaving_twice_is_harmless),
    };

    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
