/* exifs_calls.h - device calls to exifs.sys, for stories in which the teller is store and client at
 * once.
 *
 *     load_driver();
 *     EXPECT(register_root((EXIFS_REGISTER){ 0 }) == STATUS_SUCCESS);
 *     HANDLE file = new_stream();
 *     ...
 *     ZwClose(file);
 *     tear_down();                          // Nothing is left in the driver: it unloads.
 */
#pragma once
#include "model/exifs/exifs_entry.h"
#include "model/exifs/exifs_ioctl.h"
#include "model/kernel/io.h"
#include "tests/kernel/stories.h"
#include <string.h>

enum { ROOM = 8, STM_PAGES = 64, LEFT_WAITING = 0x103 };

static const WCHAR key[] = L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\EXIFS";
static const WCHAR driver[] = L"\\FileSystem\\EXIFS";
static const WCHAR stm[] = L"\\??\\C:\\aside.stm";

/* One call that may pend. */
struct call {
    IO_STATUS_BLOCK iosb;
    union {
        EXIFS_UPCALL upcall;
        uint8_t bytes[1024];
    } out;
};

static HANDLE control;
static EXIFS_ROOT_ID root;

static inline NTSTATUS begin(HANDLE file, ULONG code, void *in, ULONG bytes, struct call *call)
{
    struct io_request request = { .kind = IO_CONTROL,
                                  .file = file,
                                  .iosb = &call->iosb,
                                  .in = in,
                                  .in_bytes = bytes,
                                  .out = &call->out,
                                  .out_bytes = sizeof call->out,
                                  .code = code };

    memset(call, 0, sizeof *call);
    call->iosb.Status = LEFT_WAITING;
    NTSTATUS status = io_transfer(&request, KernelMode);

    if (status != STATUS_PENDING)
        call->iosb.Status = status;
    return status;
}

/* The status of a call; LEFT_WAITING: it still waits. */
static inline NTSTATUS end(const struct call *call)
{
    story_sleep(MS(10)); /* Work items are the driver's way to end a wait. */
    return call->iosb.Status;
}

static inline NTSTATUS say_to(HANDLE file, ULONG code, void *in, ULONG bytes, struct call *call)
{
    (void)begin(file, code, in, bytes, call);
    return end(call);
}

static inline HANDLE open_path(PCWSTR name, ULONG disposition, ULONG options)
{
    IO_STATUS_BLOCK iosb;
    HANDLE handle = NULL;

    EXPECT(NT_SUCCESS(io_create_file(&handle, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, name, 0,
                                     &iosb, FILE_SHARE_READ | FILE_SHARE_WRITE, disposition,
                                     options, KernelMode)));
    return handle;
}

/* Loads the driver and opens the store's control handle. */
static inline void load_driver(void)
{
    static const struct io_image image = { .file = "exifs.sys", .entry = ExifsNewEntry };

    EXPECT(NT_SUCCESS(io_load_driver(key, driver, &image)));
    ZwClose(open_path(stm, FILE_OPEN_IF, FILE_SYNCHRONOUS_IO_NONALERT));
    control = open_path(EXIFS_DEVICE_NAME, FILE_OPEN, 0);
}

/* Registers the root; setup says what is not the same for every story. */
static inline NTSTATUS register_root(EXIFS_REGISTER setup)
{
    struct call call;

    setup.TotalPages = STM_PAGES;
    setup.ReserveUnitPages = ROOM;
    memcpy(setup.Name, L"priv1", sizeof L"priv1");
    memcpy(setup.StmPath, stm, sizeof stm);
    NTSTATUS status = say_to(control, IOCTL_EXIFS_REGISTER_ROOT, &setup, sizeof setup, &call);

    memcpy(&root, &call.out, sizeof root);
    return status;
}

static inline EXIFS_STATS stats(void)
{
    struct call call;
    EXIFS_STATS out;

    EXPECT(say_to(control, IOCTL_EXIFS_QUERY_STATS, NULL, 0, &call) == 0);
    memcpy(&out, &call.out, sizeof out);
    return out;
}

/* Ends the store, and checks that no block of the driver is left. */
static inline void tear_down(void)
{
    EXIFS_STATS now = stats();

    EXPECT(now.Requests == 0 && now.UpcallsQueued == 0);
    ZwClose(control);
    EXPECT(io_unload_driver(driver) == STATUS_SUCCESS);
    EXPECT(!io_driver_present(driver));
}

static inline HANDLE new_stream(void)
{
    return open_path(L"\\Device\\ExIfs\\priv1\\temporary", FILE_CREATE, 0);
}
