/* exception_test.c - __try, __except, __finally, __leave: facts/ddi.md 1.5. Compiled as guests are:
 * without optimisation. */
#include "model/kernel/ke_exception.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

enum { WRONG = 0x40000042, OTHER = 0x40000043 };

#if defined(__try)

static void raise(NTSTATUS status) { ExRaiseStatus(status); }

STORY(a_raised_status_is_caught)
{
    volatile int after = 0;
    int changed = 1;
    NTSTATUS code = 0;

    (void)arg;
    __try {
        changed = 2;
        raise(WRONG);
        after = 1;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        code = (NTSTATUS)GetExceptionCode();
    }
    EXPECT(code == WRONG);
    EXPECT(changed == 2);
    EXPECT(after == 0);
}

STORY(without_an_exception_the_handler_does_not_run)
{
    int handled = 0;

    (void)arg;
    __try {
        say('b');
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        handled = 1;
    }
    EXPECT(handled == 0 && said_is("b"));
}

static int filter(PEXCEPTION_POINTERS pointers, int verdict)
{
    EXPECT(pointers->ExceptionRecord->ExceptionCode == WRONG);
    say('f');
    return verdict;
}

STORY(a_filter_that_declines_passes_the_exception_on)
{
    (void)arg;
    __try {
        __try {
            raise(WRONG);
        } __except (filter(GetExceptionInformation(), EXCEPTION_CONTINUE_SEARCH)) {
            say('i');
        }
        say('n');
    } __except (GetExceptionCode() == WRONG ? EXCEPTION_EXECUTE_HANDLER
                                            : EXCEPTION_CONTINUE_SEARCH) {
        say('o');
    }
    EXPECT(said_is("fo"));
}

STORY(a_handler_that_raises_reaches_the_outer_handler)
{
    (void)arg;
    __try {
        __try {
            raise(WRONG);
        } __except (1) {
            say('i');
            raise(OTHER);
        }
    } __except (1) {
        say(GetExceptionCode() == OTHER ? 'o' : '?');
    }
    EXPECT(said_is("io"));
}

STORY(a_finally_body_runs_at_the_end_of_its_try)
{
    (void)arg;
    __try {
        say('b');
    } __finally {
        say(AbnormalTermination() ? 'A' : 'n');
    }
    say('e');
    EXPECT(said_is("bne"));
}

STORY(filters_run_before_the_finally_bodies_that_an_exception_passes)
{
    (void)arg;
    __try {
        __try {
            __try {
                raise(WRONG);
            } __finally {
                say(AbnormalTermination() ? '1' : '?');
            }
        } __finally {
            say(AbnormalTermination() ? '2' : '?');
        }
        say('n');
    } __except (filter(GetExceptionInformation(), EXCEPTION_EXECUTE_HANDLER)) {
        say(GetExceptionCode() == WRONG ? 'h' : '?');
    }
    EXPECT(said_is("f12h"));
}

STORY(leave_ends_the_body_without_being_abnormal)
{
    (void)arg;
    __try {
        for (int i = 0; i < 3; i++) {
            if (i == 1)
                __leave;
            say('b');
        }
        say('n');
    } __finally {
        say(AbnormalTermination() ? 'A' : 'f');
    }
    __try {
        __leave;
    } __except (1) {
        say('?');
    }
    EXPECT(said_is("bf"));
}

static int returns_out_of_a_body(int value)
{
    int local = value;

    __try {
        __try {
            return local + 1;
        } __finally {
            local = 100;
            say(AbnormalTermination() ? 'A' : '?');
        }
    } __finally {
        local = 200;
        say(AbnormalTermination() ? 'B' : '?');
    }
    return 0;
}

static NTSTATUS returns_through_a_handler(void)
{
    __try {
        return WRONG;
    } __except (1) {
        say('?');
    }
    return 0;
}

STORY(a_return_out_of_a_body_runs_finally)
{
    (void)arg;
    EXPECT(returns_out_of_a_body(4) == 5);
    EXPECT(said_is("AB"));
    EXPECT(returns_through_a_handler() == WRONG);
    EXPECT(ke_seh_state()->top == NULL);
}

STORY(break_continue_and_goto_leave_a_body)
{
    int rounds = 0;

    (void)arg;
    for (int i = 0; i < 1000; i++) {
        __try {
            if (i % 2 == 0)
                continue;
            if (i == 501)
                break;
            raise(WRONG);
        } __except (1) {
            rounds++;
            continue;
        }
        say('?');
    }
    EXPECT(rounds == 250);
    __try {
        goto out;
    } __finally {
        say('g');
    }
    say('?');
out:
    say('o');
    EXPECT(said_is("go"));
    EXPECT(ke_seh_state()->top == NULL);
}

STORY(an_exception_in_a_finally_body_replaces_the_one_that_passes)
{
    (void)arg;
    __try {
        __try {
            raise(WRONG);
        } __finally {
            __try {
                raise(OTHER);
            } __except (1) {
                say('c');
            }
            say('f');
        }
    } __except (1) {
        say(GetExceptionCode() == WRONG ? 'w' : '?');
    }
    __try {
        __try {
            raise(WRONG);
        } __finally {
            raise(OTHER);
        }
    } __except (1) {
        say(GetExceptionCode() == OTHER ? 'o' : '?');
    }
    EXPECT(said_is("cfwo"));
}

static int raising_filter(void)
{
    __try {
        raise(OTHER);
    } __except (1) {
        say('i');
    }
    raise(OTHER);
    return 1;
}

STORY(an_exception_of_a_filter_goes_to_the_frames_around_it)
{
    (void)arg;
    __try {
        __try {
            raise(WRONG);
        } __except (raising_filter()) {
            say('?');
        }
    } __except (1) {
        say(GetExceptionCode() == OTHER ? 'o' : '?');
    }
    EXPECT(said_is("io"));
    EXPECT(ke_seh_state()->search == NULL);
}

static void sleeps_in_a_try(void *context)
{
    char letter = letter_of(context);

    for (int i = 0; i < 50; i++) {
        __try {
            story_sleep(MS(1));
            raise(letter);
        } __except (GetExceptionCode() == (ULONG)letter ? 1 : 0) {
            say_turn(letter);
        }
    }
}

STORY(each_thread_has_frames_of_its_own)
{
    (void)arg;
    struct ke_thread *a = thread_new('a', NORMAL_PRIORITY, sleeps_in_a_try);
    struct ke_thread *b = thread_new('b', NORMAL_PRIORITY, sleeps_in_a_try);

    EXPECT(wait_for(a) == STATUS_SUCCESS && wait_for(b) == STATUS_SUCCESS);
    EXPECT(story.count > 20);
}

static VOID NTAPI raising_dpc(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc, (void)context, (void)argument1, (void)argument2;
    __try {
        RtlCopyMemory(&dpc, &context, 0);
        say('d');
    } __finally {
        say('f');
    }
}

STORY(a_dpc_has_frames_of_its_own)
{
    static KDPC dpc;

    (void)arg;
    __try {
        KeInitializeDpc(&dpc, raising_dpc, NULL);
        KeInsertQueueDpc(&dpc, NULL, NULL);
        story_sleep(MS(1));
        raise(WRONG);
    } __except (1) {
        say('h');
    }
    EXPECT(said_is("dfh"));
}

STORY(a_copy_from_a_bad_user_address_is_caught)
{
    char bytes[8];

    (void)arg;
    __try {
        RtlCopyMemory(bytes, (void *)(uintptr_t)0x123000, sizeof bytes);
        say('?');
    } __except (GetExceptionCode() == (ULONG)STATUS_ACCESS_VIOLATION &&
                        GetExceptionInformation()->ExceptionRecord->ExceptionInformation[1] ==
                            0x123000
                    ? 1
                    : 0) {
        say('h');
    }
    EXPECT(said_is("h"));
}

STOPS(1, a_bad_system_address_cannot_be_caught, 0x50)
{
    char bytes[8];

    (void)arg;
    __try {
        RtlCopyMemory(bytes, (void *)(uintptr_t)0xe0000000u, sizeof bytes);
    } __except (1) {
        say('?');
    }
}

STOPS(1, a_fault_at_dispatch_level_cannot_be_caught, 0xd1)
{
    KIRQL old;

    (void)arg;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    __try {
        RtlCopyMemory(&old, NULL, 1);
    } __except (1) {
        say('?');
    }
}

STOPS(1, a_declined_exception_stops_the_machine, 0x7e)
{
    (void)arg;
    __try {
        raise(WRONG);
    } __except (EXCEPTION_CONTINUE_SEARCH) {
        say('?');
    }
}

STORY(a_thread_may_end_inside_a_try)
{
    (void)arg;
    for (int i = 0; i < 3; i++) {
        struct ke_thread *thread = thread_new('e', NORMAL_PRIORITY, sleeps_in_a_try);

        __try {
            EXPECT(wait_for(thread) == STATUS_SUCCESS);
        } __finally {
            say('f');
        }
    }
}

PROGRAM(a_program_catches_its_own_exceptions)
{
    char byte = 0;

    (void)context;
    __try {
        CopyMemory(&byte, (void *)(uintptr_t)0x123000, 1);
        say('?');
    } __except (GetExceptionCode() == (ULONG)STATUS_ACCESS_VIOLATION) {
        say('h');
    }
    return said_is("h") ? THE_END : 0;
}

#endif

STOPS(1, a_status_that_nobody_catches_stops_the_machine, 0x7e)
{
    (void)arg;
    ExRaiseStatus(WRONG);
}

GROUP(exception_test)
{
    const struct CMUnitTest tests[] = {
#if defined(__try)
        cmocka_unit_test(a_raised_status_is_caught),
        cmocka_unit_test(without_an_exception_the_handler_does_not_run),
        cmocka_unit_test(a_filter_that_declines_passes_the_exception_on),
        cmocka_unit_test(a_handler_that_raises_reaches_the_outer_handler),
        cmocka_unit_test(a_finally_body_runs_at_the_end_of_its_try),
        cmocka_unit_test(filters_run_before_the_finally_bodies_that_an_exception_passes),
        cmocka_unit_test(leave_ends_the_body_without_being_abnormal),
        cmocka_unit_test(a_return_out_of_a_body_runs_finally),
        cmocka_unit_test(break_continue_and_goto_leave_a_body),
        cmocka_unit_test(an_exception_in_a_finally_body_replaces_the_one_that_passes),
        cmocka_unit_test(an_exception_of_a_filter_goes_to_the_frames_around_it),
        cmocka_unit_test(each_thread_has_frames_of_its_own),
        cmocka_unit_test(a_dpc_has_frames_of_its_own),
        cmocka_unit_test(a_copy_from_a_bad_user_address_is_caught),
        cmocka_unit_test(a_bad_system_address_cannot_be_caught),
        cmocka_unit_test(a_fault_at_dispatch_level_cannot_be_caught),
        cmocka_unit_test(a_declined_exception_stops_the_machine),
        cmocka_unit_test(a_thread_may_end_inside_a_try),
        cmocka_unit_test(a_program_catches_its_own_exceptions),
#endif
        cmocka_unit_test(a_status_that_nobody_catches_stops_the_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
