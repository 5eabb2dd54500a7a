/* exifs_aside_test.c - SET_ASIDE and directory queries in exifs.sys, which wait for the store, and
 * everything that can happen instead of the answer.
 *
 * The teller is store and client at once: it sends the device calls itself, and uses no .stm. After
 * each story the driver unloads, so it has no waiter, no upcall and no block left.
 */
#include "tests/groups.h"
#include "tests/kernel/exifs_calls.h"

static void set_up(void)
{
    load_driver();
    EXPECT(register_root((EXIFS_REGISTER){ 0 }) == STATUS_SUCCESS);
}

static void set_aside(HANDLE file, struct call *call)
{
    EXIFS_SET_ASIDE input = { .Pages = ROOM };

    EXPECT(begin(file, IOCTL_EXIFS_SET_ASIDE, &input, sizeof input, call) == STATUS_PENDING);
}

/* The store fetches the upcall. */
static EXIFS_UPCALL fetch(ULONG kind)
{
    struct call call;

    EXPECT(say_to(control, IOCTL_EXIFS_GET_UPCALL, NULL, 0, &call) == STATUS_SUCCESS);
    EXPECT(call.out.upcall.Kind == kind);
    return call.out.upcall;
}

static NTSTATUS reply(const EXIFS_UPCALL *upcall, ULONG first, ULONG pages, LONG status)
{
    EXIFS_REPLY answer = { .Serial = upcall->Serial,
                           .Status = status,
                           .RunCount = pages != 0,
                           .Runs = { { first, pages } } };
    struct call call;

    return say_to(control, IOCTL_EXIFS_REPLY, &answer, sizeof answer, &call);
}

/* A new stream whose room the store is looking for. */
static HANDLE ask_for_room(struct call *call, EXIFS_UPCALL *upcall)
{
    set_up();
    HANDLE file = new_stream();

    set_aside(file, call);
    *upcall = fetch(ExifsUpcallReserve);
    return file;
}

/* ---- SET_ASIDE ------------------------------------------------------------------------------- */

/* A conversion gets its room, once; pages that a close without a commit leaves belong to the
 * root. */
STORY(room_stays_with_the_root)
{
    EXIFS_SET_ASIDE again = { .Pages = ROOM };
    struct call call, second;
    EXIFS_UPCALL upcall;
    HANDLE file = ask_for_room(&call, &upcall);

    (void)arg;

    EXPECT(upcall.Pages == ROOM && upcall.FilePages == ROOM);
    EXPECT(say_to(file, IOCTL_EXIFS_SET_ASIDE, &again, sizeof again, &second) ==
           STATUS_INVALID_DEVICE_REQUEST); /* One is under way. */
    EXPECT(reply(&upcall, 0, ROOM, 0) == STATUS_SUCCESS && end(&call) == STATUS_SUCCESS);
    EXPECT(stats().PagesInReserve == 0 && stats().Nodes == 1);
    EXPECT(say_to(file, IOCTL_EXIFS_SET_ASIDE, &again, sizeof again, &second) ==
           STATUS_INVALID_DEVICE_REQUEST);
    ZwClose(file);
    EXPECT(stats().PagesInReserve == ROOM && stats().Nodes == 1);
    tear_down();
}

/* Nobody is told, and what the reply brings is not lost. */
STORY(cancelled_while_the_store_looks)
{
    struct call call;
    EXIFS_UPCALL upcall;
    HANDLE file = ask_for_room(&call, &upcall);

    (void)arg;

    EXPECT(NT_SUCCESS(io_cancel_file(file)));
    EXPECT(end(&call) == STATUS_CANCELLED && stats().Requests == 0);
    EXPECT(reply(&upcall, 0, ROOM, 0) == STATUS_SUCCESS);
    EXPECT(stats().PagesInReserve == ROOM && stats().UpcallsFetched == 0);
    /* The request failed, so the client may ask again; a close then gives nothing back. */
    set_aside(file, &call);
    EXPECT(NT_SUCCESS(io_cancel_file(file)) && end(&call) == STATUS_CANCELLED);
    EXPECT(stats().UpcallsQueued == 0);
    ZwClose(file);
    EXPECT(stats().PagesInReserve == ROOM);
    tear_down();
}

STORY(closed_while_the_store_looks)
{
    struct call call;
    EXIFS_UPCALL upcall;
    HANDLE file = ask_for_room(&call, &upcall);

    (void)arg;

    ZwClose(file);
    EXPECT(end(&call) == STATUS_CANCELLED);
    EXPECT(reply(&upcall, 0, ROOM, 0) == STATUS_SUCCESS);
    EXPECT(stats().PagesInReserve == ROOM && stats().Files == 0);
    tear_down();
}

STORY(the_root_dies)
{
    struct call call;
    EXIFS_UPCALL upcall;
    HANDLE file = ask_for_room(&call, &upcall);

    (void)arg;
    EXIFS_ROOT_ID id = root;
    struct call gone;

    EXPECT(say_to(control, IOCTL_EXIFS_UNREGISTER_ROOT, &id, sizeof id, &gone) == 0);
    EXPECT(end(&call) == EXIFS_STATUS_FILE_STALE);
    EXPECT(reply(&upcall, 0, ROOM, 0) == STATUS_NOT_FOUND); /* Whatever it was: nobody's now. */
    EXIFS_SET_ASIDE late = { .Pages = ROOM };

    EXPECT(say_to(file, IOCTL_EXIFS_SET_ASIDE, &late, sizeof late, &gone) ==
           EXIFS_STATUS_FILE_STALE);
    ZwClose(file);
    EXPECT(stats().Roots == 0 && stats().Nodes == 0);
    tear_down();
}

STORY(the_store_refuses)
{
    struct call call;
    EXIFS_UPCALL upcall;
    HANDLE file = ask_for_room(&call, &upcall);

    (void)arg;

    EXPECT(reply(&upcall, 0, 0, EXIFS_STATUS_STM_FULL) == STATUS_SUCCESS);
    EXPECT(end(&call) == EXIFS_STATUS_STM_FULL && stats().Nodes == 0);
    ZwClose(file);
    tear_down();
}

/* Too few pages: the reserve makes up for them, or all of them are the reserve's. */
STORY(the_reply_brings_fewer)
{
    struct call call;
    EXIFS_UPCALL upcall;
    HANDLE file = ask_for_room(&call, &upcall);

    (void)arg;

    EXPECT(reply(&upcall, 0, ROOM - 1, 0) == STATUS_SUCCESS);
    EXPECT(end(&call) == EXIFS_STATUS_STM_FULL && stats().PagesInReserve == ROOM - 1);
    set_aside(file, &call);
    upcall = fetch(ExifsUpcallReserve);
    EXPECT(reply(&upcall, ROOM, 1, 0) == STATUS_SUCCESS && end(&call) == STATUS_SUCCESS);
    EXPECT(stats().PagesInReserve == 0);
    ZwClose(file);
    tear_down();
}

/* The same pages twice: nothing is taken over, and the upcall still wants its reply. */
STORY(the_reply_is_wrong)
{
    struct call call;
    EXIFS_UPCALL upcall;
    HANDLE file = ask_for_room(&call, &upcall);

    (void)arg;

    EXPECT(reply(&upcall, STM_PAGES, ROOM, 0) == EXIFS_STATUS_EA_LIST_CORRUPT);
    EXPECT(reply(&upcall, 0, 0, 0) == STATUS_INVALID_PARAMETER && end(&call) == LEFT_WAITING);
    EXPECT(reply(&upcall, 0, ROOM, 0) == STATUS_SUCCESS && end(&call) == STATUS_SUCCESS);
    ZwClose(file);
    tear_down();
}

/* A stream that is committed meanwhile is a message, and takes no more pages. */
STORY(committed_while_the_store_looks)
{
    struct call call, commit;
    EXIFS_UPCALL upcall;
    HANDLE file = ask_for_room(&call, &upcall);

    (void)arg;
    EXIFS_QUERY query = { root.RootId, upcall.FileId, root.Generation, 0 };

    EXPECT(say_to(control, IOCTL_EXIFS_COMMIT, &query, sizeof query, &commit) == STATUS_SUCCESS);
    EXPECT(reply(&upcall, 0, ROOM, 0) == STATUS_SUCCESS);
    EXPECT(end(&call) == EXIFS_STATUS_ACCESS_DENIED && stats().PagesInReserve == ROOM);
    ZwClose(file);
    EXPECT(stats().PagesInReserve == ROOM);
    tear_down();
}

/* ---- Directories ----------------------------------------------------------------------------- */

static NTSTATUS ask_for_names(HANDLE file, struct call *call)
{
    struct io_request request = { .kind = IO_DIRECTORY,
                                  .file = file,
                                  .iosb = &call->iosb,
                                  .out = &call->out,
                                  .out_bytes = sizeof call->out };

    memset(call, 0, sizeof *call);
    call->iosb.Status = LEFT_WAITING;
    return io_transfer(&request, KernelMode);
}

static NTSTATUS reply_list(const EXIFS_UPCALL *upcall, ULONG count, ULONG first, ULONG step)
{
    EXIFS_LIST_REPLY answer = { .Serial = upcall->Serial, .Count = count };
    struct call call;

    for (ULONG i = 0; i < count && i < EXIFS_LIST_MAX; i++) {
        answer.Entries[i].Index = first + i * step;
        answer.Entries[i].Name[0] = (WCHAR)(L'a' + i);
    }
    return say_to(control, IOCTL_EXIFS_REPLY_LIST, &answer, sizeof answer, &call);
}

/* Whatever numbers the store has, a listing comes to an end. */
STORY(a_listing_has_an_end)
{
    struct call call;

    (void)arg;
    set_up();
    HANDLE file = open_path(L"\\Device\\ExIfs\\priv1", FILE_OPEN, FILE_DIRECTORY_FILE);

    EXPECT(ask_for_names(file, &call) == STATUS_PENDING);
    EXIFS_UPCALL upcall = fetch(ExifsUpcallList);

    EXPECT(upcall.Pages == 0);
    EXPECT(reply(&upcall, 0, ROOM, 0) == STATUS_INVALID_PARAMETER);
    EXPECT(reply_list(&upcall, EXIFS_LIST_MAX + 1, 0, 1) == STATUS_INVALID_PARAMETER);
    EXPECT(reply_list(&upcall, 2, 5, 0) == STATUS_INVALID_PARAMETER);
    EXPECT(reply_list(&upcall, 1, EXIFS_LIST_INDEX_MAX, 1) == STATUS_INVALID_PARAMETER);
    EXPECT(end(&call) == LEFT_WAITING);
    EXPECT(reply_list(&upcall, 2, 3, 4) == STATUS_SUCCESS && end(&call) == STATUS_SUCCESS);

    EXPECT(ask_for_names(file, &call) == STATUS_PENDING);
    upcall = fetch(ExifsUpcallList);
    EXPECT(upcall.Pages == 8 && reply_list(&upcall, 1, 7, 1) == STATUS_INVALID_PARAMETER);
    EXPECT(reply_list(&upcall, 0, 0, 0) == STATUS_SUCCESS && end(&call) == STATUS_NO_MORE_FILES);
    ZwClose(file);
    tear_down();
}

/* A stream is closed, or its root dies, before the store has answered. */
STORY(a_listing_that_nobody_waits_for)
{
    EXIFS_QUERY query = { .RootId = 0 };
    struct call call, second;

    (void)arg;
    set_up();
    HANDLE file = open_path(L"\\Device\\ExIfs\\priv1", FILE_OPEN, FILE_DIRECTORY_FILE);
    HANDLE other = open_path(L"\\Device\\ExIfs\\priv1", FILE_OPEN, FILE_DIRECTORY_FILE);

    EXPECT(say_to(file, IOCTL_EXIFS_QUERY_RUNS, &query, sizeof query, &call) ==
           STATUS_INVALID_DEVICE_REQUEST); /* A directory lies nowhere. */
    EXPECT(stats().Files == 0);
    EXPECT(ask_for_names(file, &call) == STATUS_PENDING);
    EXPECT(ask_for_names(other, &second) == STATUS_PENDING);
    EXIFS_UPCALL upcall = fetch(ExifsUpcallList);

    ZwClose(file);
    EXPECT(end(&call) == STATUS_CANCELLED && end(&second) == LEFT_WAITING);
    EXPECT(reply_list(&upcall, 1, 0, 1) == STATUS_SUCCESS);
    EXIFS_ROOT_ID id = root;

    EXPECT(say_to(control, IOCTL_EXIFS_UNREGISTER_ROOT, &id, sizeof id, &call) == 0);
    EXPECT(end(&second) == EXIFS_STATUS_FILE_STALE);
    EXPECT(ask_for_names(other, &second) == EXIFS_STATUS_FILE_STALE);
    ZwClose(other);
    tear_down();
}

GROUP(exifs_aside_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_stays_with_the_root),
        cmocka_unit_test(cancelled_while_the_store_looks),
        cmocka_unit_test(closed_while_the_store_looks),
        cmocka_unit_test(the_root_dies),
        cmocka_unit_test(the_store_refuses),
        cmocka_unit_test(the_reply_brings_fewer),
        cmocka_unit_test(the_reply_is_wrong),
        cmocka_unit_test(committed_while_the_store_looks),
        cmocka_unit_test(a_listing_has_an_end),
        cmocka_unit_test(a_listing_that_nobody_waits_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
