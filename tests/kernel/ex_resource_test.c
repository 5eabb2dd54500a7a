/* ex_resource_test.c - ERESOURCE: who shares with whom (facts/ddi.md 2.6). */
#include "model/kernel/ex.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

enum { READERS = 40 };

static ERESOURCE resource;

static void holds_shared(char name, BOOLEAN (*acquire)(PERESOURCE, BOOLEAN))
{
    KeEnterCriticalRegion();
    EXPECT(acquire(&resource, TRUE));
    say(name);
    story_sleep(MS(200));
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
}

static void reads(void *context)
{
    (void)context;
    holds_shared('r', ExAcquireResourceSharedLite);
}

static void starves_writers(void *context)
{
    (void)context;
    holds_shared('s', ExAcquireSharedStarveExclusive);
}

static void writes(void *context)
{
    (void)context;
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    say('W');
    story_sleep(MS(200));
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
}

static void thread_runs(void (*body)(void *))
{
    thread_new('A', NORMAL_PRIORITY, body);
    story_sleep(MS(1));
}

STORY(readers_have_no_limit)
{
    (void)arg;
    ExInitializeResourceLite(&resource);
    for (int i = 0; i < READERS; i++)
        thread_new('A', NORMAL_PRIORITY, reads);
    story_sleep(MS(100));
    EXPECT(resource.ActiveCount == READERS && resource.OwnerTable != NULL);
    story_sleep(SEC(1));
    EXPECT(resource.ActiveCount == 0 && story.count == READERS);
    EXPECT(ex_pool_tag_bytes(NonPagedPool, EX_TAG('R', 'e', 'T', 'a')) > 0);
    ExDeleteResourceLite(&resource);
    EXPECT(ex_pool_tag_bytes(NonPagedPool, EX_TAG('R', 'e', 'T', 'a')) == 0);
}

STORY(a_reader_may_starve_writers)
{
    (void)arg;
    ExInitializeResourceLite(&resource);
    thread_runs(reads);
    thread_runs(writes);
    thread_runs(reads);
    thread_runs(starves_writers);
    EXPECT(said_is("rs"));
    EXPECT(ExGetExclusiveWaiterCount(&resource) == 1 && ExGetSharedWaiterCount(&resource) == 1);
    story_sleep(SEC(1));
    EXPECT(said_is("rsWr"));
    ExDeleteResourceLite(&resource);
}

STORY(an_owner_may_wait_for_writers)
{
    (void)arg;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    EXPECT(ExAcquireSharedWaitForExclusive(&resource, TRUE));
    EXPECT(ExAcquireSharedWaitForExclusive(&resource, FALSE)); /* Nobody waits: once more. */
    thread_runs(writes);
    EXPECT(ExAcquireResourceSharedLite(&resource, FALSE));
    EXPECT(!ExAcquireSharedWaitForExclusive(&resource, FALSE));
    EXPECT(ExIsResourceAcquiredSharedLite(&resource) == 3);
    for (int i = 0; i < 3; i++)
        ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    story_sleep(SEC(1));
    EXPECT(said_is("W") && resource.ActiveCount == 0);
}

STORY(an_owner_counts_its_acquisitions)
{
    (void)arg;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    for (int i = 0; i < 2; i++)
        EXPECT(ExAcquireResourceExclusiveLite(&resource, FALSE));
    for (int i = 0; i < 6; i++)
        EXPECT(ExAcquireResourceSharedLite(&resource, FALSE));
    EXPECT(ExIsResourceAcquiredSharedLite(&resource) == 8);
    EXPECT(ExIsResourceAcquiredExclusiveLite(&resource));
    for (int i = 0; i < 8; i++)
        ExReleaseResourceLite(&resource);
    EXPECT(ExIsResourceAcquiredSharedLite(&resource) == 0 && resource.ActiveCount == 0);
    KeLeaveCriticalRegion();
}

STORY(a_writer_that_becomes_a_reader_lets_readers_in)
{
    (void)arg;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    thread_runs(reads);
    EXPECT(said_is(""));
    ExConvertExclusiveToSharedLite(&resource);
    story_sleep(MS(1));
    EXPECT(said_is("r") && !ExIsResourceAcquiredExclusiveLite(&resource));
    EXPECT(ExIsResourceAcquiredSharedLite(&resource) == 2);
    ExReleaseResourceLite(&resource);
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    story_sleep(SEC(1));
    EXPECT(resource.ActiveCount == 0);
}

/* An owner pointer stands for no thread: whoever has it releases. */
static void releases_for(void *context)
{
    (void)context;
    ExReleaseResourceForThreadLite(&resource, (ERESOURCE_THREAD)&resource | 3);
}

STORY(an_owner_pointer_is_released_by_another_thread)
{
    (void)arg;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    ExSetResourceOwnerPointer(&resource, (PVOID)((ULONG_PTR)&resource | 3));
    KeLeaveCriticalRegion();
    EXPECT(!ExIsResourceAcquiredExclusiveLite(&resource));
    thread_runs(releases_for);
    EXPECT(resource.ActiveCount == 0);
}

/* ---- Addresses of objects (ke_address.c) ----------------------------------------------------- */

STORY(an_object_keeps_its_address_until_it_is_made_again)
{
    KEVENT event, other;
    KSPIN_LOCK *locks = ExAllocatePoolWithTag(NonPagedPool, 10000 * sizeof *locks, 'skcL');
    uint32_t first;

    (void)arg;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeInitializeEvent(&other, NotificationEvent, FALSE);
    first = ke_address_of(&event);
    EXPECT(first != 0 && first != ke_address_of(&other));
    for (int i = 0; i < 10000; i++)
        KeInitializeSpinLock(&locks[i]);
    EXPECT(ke_address_of(&event) == first);
    EXPECT(ke_address_of(&locks[9999]) == ke_address_of(&locks[0]) + 9999 * 16);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    EXPECT(ke_address_of(&event) != first && ke_address_find(&first) == 0);
    ExFreePoolWithTag(locks, 'skcL');
}

GROUP(ex_resource_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers_have_no_limit),
        cmocka_unit_test(a_reader_may_starve_writers),
        cmocka_unit_test(an_owner_may_wait_for_writers),
        cmocka_unit_test(an_owner_counts_its_acquisitions),
        cmocka_unit_test(a_writer_that_becomes_a_reader_lets_readers_in),
        cmocka_unit_test(an_owner_pointer_is_released_by_another_thread),
        cmocka_unit_test(an_object_keeps_its_address_until_it_is_made_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
