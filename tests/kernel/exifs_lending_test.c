/* exifs_lending_test.c - the lending table and the file block: the addresses that exifs.sys
 * accepts, and the life of a loan.
 *
 * The teller is store and client at once, so a visit to the peer stays in the same process. A write
 * borrows if an earlier RESERVE upcall was not fetched (ImpatienceDepth 1).
 */
#include "tests/groups.h"
#include "tests/kernel/exifs_calls.h"

enum { PAGE = EXIFS_PAGE_SIZE };

static uint32_t table_at, block_at; /* Simulated addresses in the teller's process. */
static struct call stuck;           /* The write whose upcall nobody fetches. */

static uint32_t user_memory(uint32_t bytes)
{
    uint32_t base = 0;

    EXPECT(NT_SUCCESS(mm_allocate(ke_current_thread()->process, &base, bytes)));
    return base;
}

static void *at(uint32_t address) { return (void *)(uintptr_t)address; }

static EXIFS_LENT lent(uint32_t index)
{
    EXIFS_LENT entry;

    RtlCopyMemory(&entry, at(table_at + index * (uint32_t)sizeof entry), sizeof entry);
    return entry;
}

/* Entry `index` offers one page of the .stm to anybody. */
static void offer(uint32_t index, uint32_t page)
{
    EXIFS_LENT entry = { .State = ExifsLentSpare,
                         .Generation = root.Generation,
                         .FirstPage = page,
                         .Pages = 1,
                         .Index = index };

    entry.Check = ExifsCheckWords((const ULONG *)&entry, EXIFS_LENT_CHECK_WORD);
    RtlCopyMemory(at(table_at + index * (uint32_t)sizeof entry), &entry, sizeof entry);
}

static NTSTATUS begin_write(HANDLE file, uint32_t page, struct call *call)
{
    static const uint8_t text[PAGE] = { 'x' };
    LARGE_INTEGER offset = { .QuadPart = (LONGLONG)page * PAGE };
    struct io_request request = { .kind = IO_WRITE,
                                  .file = file,
                                  .iosb = &call->iosb,
                                  .in = (void *)(uintptr_t)text,
                                  .in_bytes = PAGE,
                                  .offset = &offset };

    memset(call, 0, sizeof *call);
    call->iosb.Status = LEFT_WAITING;
    return io_transfer(&request, KernelMode);
}

static NTSTATUS set_block(HANDLE file, ULONG64 address)
{
    EXIFS_SET_BLOCK block = { .BlockAddress = address };
    struct call call;

    return say_to(file, IOCTL_EXIFS_SET_BLOCK, &block, sizeof block, &call);
}

static HANDLE stream_with_block(void)
{
    HANDLE file = new_stream();

    EXPECT(set_block(file, block_at) == STATUS_SUCCESS);
    return file;
}

/* A root with `count` lending entries of a page each, and a first stream that waits for ever. */
static HANDLE impatient_root(uint32_t count)
{
    load_driver();
    table_at = user_memory(count * (uint32_t)sizeof(EXIFS_LENT));
    block_at = user_memory(sizeof(EXIFS_FILE_BLOCK));
    EXPECT(register_root((EXIFS_REGISTER){
               .LendingTable = table_at, .LendingCount = count, .ImpatienceDepth = 1 }) == 0);
    for (uint32_t i = 0; i < count; i++)
        offer(i, i);
    HANDLE first = new_stream();

    EXPECT(begin_write(first, 0, &stuck) == STATUS_PENDING);
    EXPECT(stats().UpcallsQueued == 1);
    return first;
}

static void close_all(HANDLE first, HANDLE second)
{
    ZwClose(second);
    ZwClose(first);
    EXPECT(stats().FilesBorrowed == 0 && stats().FilesPosted == 0 && stats().Nodes == 0);
    tear_down();
}

/* ---- Addresses ------------------------------------------------------------------------------- */

/* An address is accepted only if it is not 0, is aligned to 8, and its whole range is the
 * user's. */
PROGRAM(a_lending_table_is_user_memory)
{
    static const ULONG64 wrong[] = { 0, 0x210004, 0x8000000000000000ull, 0x7ffffffffffffff8ull,
                                     0xfffffffffffffff8ull };

    (void)context;
    load_driver();
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        EXPECT(register_root((EXIFS_REGISTER){ .LendingTable = wrong[i], .LendingCount = 2 }) ==
               STATUS_INVALID_PARAMETER);
    EXPECT(stats().Roots == 0);
    EXPECT(register_root((EXIFS_REGISTER){ .LendingTable = 0x210000, .LendingCount = 2 }) == 0);
    tear_down();
    return THE_END;
}

PROGRAM(a_file_block_is_user_memory)
{
    static const ULONG64 wrong[] = { 0x210004, 0x8000000000000000ull, 0x7fffffffffffffc8ull,
                                     0xfffffffffffffff8ull };

    (void)context;
    load_driver();
    EXPECT(register_root((EXIFS_REGISTER){ 0 }) == 0);
    HANDLE file = new_stream();

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        EXPECT(set_block(file, wrong[i]) == STATUS_INVALID_PARAMETER);
    EXPECT(set_block(file, 0x210000) == STATUS_SUCCESS);
    EXPECT(set_block(file, 0) == STATUS_SUCCESS); /* 0 takes the block away. */
    ZwClose(file);
    tear_down();
    return THE_END;
}

/* ---- Loans ----------------------------------------------------------------------------------- */

/* A table that lies about its entries: one is lent already by the driver's books, the next names a
 * page that is not free. Neither is lent, neither leaves a node behind; the third entry serves. */
PROGRAM(a_claim_that_fails_late_leaves_nothing)
{
    struct call call;

    (void)context;
    HANDLE first = impatient_root(3);
    HANDLE file = stream_with_block();

    EXPECT(begin_write(file, 0, &call) == STATUS_SUCCESS && lent(0).State == ExifsLentOut);
    EXPECT(stats().Nodes == 1 && stats().FilesBorrowed == 1);
    offer(0, 5); /* Lent, whatever the table says. */
    offer(1, 0); /* The page of the first loan. */
    EXPECT(begin_write(file, 1, &call) == STATUS_SUCCESS);
    EXPECT(lent(0).State == ExifsLentSpare && lent(1).State == ExifsLentSpare &&
           lent(2).State == ExifsLentOut && lent(2).FirstPage == 2);
    EXPECT(stats().Nodes == 2);
    close_all(first, file);
    return THE_END;
}

/* Every entry of the largest table is lent to one stream, and comes back with its handle. */
PROGRAM(all_sixty_four_entries_come_back)
{
    struct call call;

    (void)context;
    HANDLE first = impatient_root(EXIFS_LENT_MAX);
    HANDLE file = stream_with_block();

    for (uint32_t i = 0; i < EXIFS_LENT_MAX; i++) {
        EXPECT(begin_write(file, i, &call) == STATUS_SUCCESS);
        EXPECT(lent(i).State == ExifsLentOut);
    }
    EXPECT(begin_write(file, EXIFS_LENT_MAX, &call) == STATUS_PENDING); /* There is no 65th. */
    ZwClose(file);
    for (uint32_t i = 0; i < EXIFS_LENT_MAX; i++)
        EXPECT(lent(i).State == ExifsLentSpare && lent(i).Owner == 0);
    EXPECT(stats().FilesBorrowed == 0);
    ZwClose(first);
    tear_down();
    return THE_END;
}

GROUP(exifs_lending_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lending_table_is_user_memory),
        cmocka_unit_test(a_file_block_is_user_memory),
        cmocka_unit_test(a_claim_that_fails_late_leaves_nothing),
        cmocka_unit_test(all_sixty_four_entries_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
