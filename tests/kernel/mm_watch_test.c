/* mm_watch_test.c - the watch on one byte sees every way in which it can change, and nothing
 * else. */
#include "model/kernel/mm.h"
#include "model/words/watched.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

enum { PLACE = 0x00300000 };
#define HERE ((char *)(uintptr_t)PLACE)

static struct {
    struct watched_byte byte;
    uint32_t count;
    enum watched_change how[8];
    const struct ke_process *in[8];
    uint32_t address[8], bytes[8];
} seen;

static void changed(const struct watched_byte *byte, enum watched_change how,
                    const struct ke_process *in, uint32_t address, uint32_t bytes)
{
    EXPECT(byte == &seen.byte && seen.count < ARRAY_LEN(seen.how));
    seen.how[seen.count] = how;
    seen.in[seen.count] = in;
    seen.address[seen.count] = address;
    seen.bytes[seen.count++] = bytes;
}

static void watch(const struct ke_process *process, uint32_t address)
{
    memset(&seen, 0, sizeof seen);
    seen.byte = (struct watched_byte){ process != NULL ? process->id : 0, address, changed };
    ke->watch = &seen.byte;
}

static bool last_was(enum watched_change how, const struct ke_process *in, uint32_t address,
                     uint32_t bytes)
{
    uint32_t i = seen.count - 1;

    return seen.count > 0 && seen.how[i] == how && seen.in[i] == in && seen.address[i] == address &&
           seen.bytes[i] == bytes;
}

STORY(a_watch_sees_the_byte_alone)
{
    struct ke_process *a = machine_process("a.exe"), *b = machine_process("b.exe");
    uint32_t base = PLACE, other = PLACE, fault;

    (void)arg;
    watch(a, PLACE + 100);
    EXPECT(NT_SUCCESS(mm_allocate(b, &other, MM_PAGE)) && seen.count == 0);
    EXPECT(NT_SUCCESS(mm_allocate(a, &base, 2 * MM_PAGE)) &&
           last_was(WATCHED_GIVEN, a, PLACE, 2 * MM_PAGE));
    EXPECT(NT_SUCCESS(mm_write(a, PLACE, HERE, 0, &fault)) && seen.count == 1);
    mm_fill(a, PLACE, 1, 100, &fault);       /* Up to the byte before. */
    mm_fill(a, PLACE + 101, 1, 200, &fault); /* From the byte after. */
    mm_fill(b, PLACE, 1, 200, &fault);       /* The same address elsewhere. */
    EXPECT(seen.count == 1);
    mm_write(a, PLACE + 98, "abc", 3, &fault);
    EXPECT(seen.count == 2 && last_was(WATCHED_WRITTEN, a, PLACE + 98, 3));
    mm_fill(a, PLACE, 1, MM_PAGE, &fault);
    EXPECT(seen.count == 3 && last_was(WATCHED_FILLED, a, PLACE, MM_PAGE));
    KeAttachProcess(a); /* A copy goes where the process in force is. */
    RtlCopyMemory(HERE + 100, "x", 1);
    KeDetachProcess();
    EXPECT(seen.count == 4 && last_was(WATCHED_WRITTEN, a, PLACE + 100, 1));
    EXPECT(NT_SUCCESS(mm_free(a, PLACE)) && seen.count == 5 &&
           last_was(WATCHED_TAKEN, a, PLACE, 2 * MM_PAGE));
    ke->watch = NULL;
}

STORY(a_watch_sees_writes_through_another_view)
{
    struct ke_process *a = machine_process("a.exe"), *b = machine_process("b.exe");
    struct mm_section *section;
    uint32_t in_a = PLACE, in_b = 0x00500000, fault;

    (void)arg;
    EXPECT(NT_SUCCESS(mm_section_new(4 * MM_PAGE, &section)));
    EXPECT(NT_SUCCESS(mm_map(a, section, &in_a, 0)) && NT_SUCCESS(mm_map(b, section, &in_b, 0)));
    watch(a, in_a + MM_PAGE + 8);
    mm_write(b, in_b + MM_PAGE, "0123456789", 10, &fault);
    EXPECT(seen.count == 1 && last_was(WATCHED_WRITTEN, b, in_b + MM_PAGE, 10));
    mm_write(b, in_b + 8, "0", 1, &fault); /* Another page of it. */
    EXPECT(seen.count == 1);
    EXPECT(NT_SUCCESS(mm_unmap(b, in_b)) && seen.count == 1); /* The byte is still there in a. */
    EXPECT(NT_SUCCESS(mm_unmap(a, in_a)) && last_was(WATCHED_TAKEN, a, in_a, 4 * MM_PAGE));
    ke->watch = NULL;
    ObDereferenceObject(section);
}

STORY(a_watch_sees_a_mapping_from_both_ends)
{
    struct ke_process *a = machine_process("a.exe");
    uint32_t base = PLACE;

    (void)arg;
    EXPECT(NT_SUCCESS(mm_allocate(a, &base, MM_PAGE)));
    KeAttachProcess(a);
    PMDL mdl = IoAllocateMdl(HERE, MM_PAGE, FALSE, FALSE, NULL);

    MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
    KeDetachProcess();
    char *mapped = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);

    watch(a, PLACE + 7);
    RtlCopyMemory(mapped + 5, "mdl", 3);
    EXPECT(seen.count == 1 && last_was(WATCHED_WRITTEN, a, PLACE + 5, 3));
    watch(NULL, (uint32_t)(uintptr_t)mapped + 7);
    RtlCopyMemory(mapped + 5, "mdl", 3);
    EXPECT(seen.count == 1 && last_was(WATCHED_WRITTEN, NULL, (uint32_t)(uintptr_t)mapped + 5, 3));
    RtlFillMemory(mapped, 8, 0);
    EXPECT(seen.count == 2 && last_was(WATCHED_FILLED, NULL, (uint32_t)(uintptr_t)mapped, 8));
    RtlCopyMemory(mapped + 8, "mdl", 3);
    EXPECT(seen.count == 2);
    ke->watch = NULL;
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
}

GROUP(mm_watch_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_watch_sees_the_byte_alone),
        cmocka_unit_test(a_watch_sees_writes_through_another_view),
        cmocka_unit_test(a_watch_sees_a_mapping_from_both_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
