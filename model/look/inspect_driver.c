/* inspect_driver.c - the state of exifs.sys, read through exifs_look.h.
 *
 * The driver is found by the name of its device object, which a driver from outside may have given
 * to something of its own. A dead root that files still reference is inspected like a living one;
 * the lending table is that of the living root. */
#include "model/look/inspect_private.h"
#include "model/exifs/exifs_look.h"
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include <stdio.h>
#include <string.h>

/* True for a device of the model's own driver, whose code has no address. */
static bool is_own(const void *body)
{
    const DEVICE_OBJECT *device = body;

    return ob_header(body)->type == ob_type_of(OB_DEVICE) &&
           (ke->code_address == NULL ||
            ke->code_address((const void *)(uintptr_t)device->DriverObject->DriverInit) == 0);
}

/* Finds \Device\ExIfs; NULL: the driver has not started. */
static PDEVICE_OBJECT the_device(void)
{
    static const WCHAR wanted[] = L"\\DEVICE\\EXIFS";
    PDEVICE_OBJECT device = NULL;

    for (uint32_t i = 0; i < OB_NAME_BUCKETS && device == NULL; i++)
        for (const struct ob_name *name = ke->ob->names[i]; name != NULL; name = name->next)
            if (name->chars == ARRAY_LEN(wanted) - 1 &&
                memcmp(name->text, wanted, sizeof wanted - sizeof wanted[0]) == 0 &&
                is_own(name->body))
                device = name->body;
    return device != NULL && (device->Flags & DO_DEVICE_INITIALIZING) == 0 ? device : NULL;
}

/* ---- Gauges ---------------------------------------------------------------------------------- */

static VOID gauge_root(PVOID context, const EXIFS_LOOK_ROOT *root)
{
    uint64_t *value = context;

    value[GAUGE_RESERVE_PAGES] += root->ReservePages;
    value[GAUGE_UPCALLS_QUEUED] += root->Queued;
    value[GAUGE_UPCALLS_FETCHED] += root->Fetched;
    value[GAUGE_REQUESTS_WAITING] += root->Waiting;
    value[GAUGE_LENT_OUT] += root->LentOut;
}

void inspect_driver_gauges(uint64_t *value)
{
    PDEVICE_OBJECT device = the_device();

    value[GAUGE_POOL_AUXL] = ex_pool_tag_bytes(NonPagedPool, EXIFS_TAG_NODE);
    if (device == NULL)
        return;
    value[GAUGE_PROXIES_IDLE] = ExifsLookIdleProxies(device);
    ExifsLook(device, &(EXIFS_LOOKER){ .Context = value, .Root = gauge_root });
}

/* ---- Requests and streams -------------------------------------------------------------------- */

static uint32_t address_of(const struct ke_process *process)
{
    return process != NULL ? process->address : 0;
}

static VOID look_at_request(PVOID context, const EXIFS_LOOK_REQUEST *request)
{
    struct inspect *look = context;
    struct inspect_request *out = INSPECT_MORE(look, requests, request);

    if (out == NULL)
        return;
    out->kind = (uint8_t)request->Kind;
    out->state = (uint8_t)request->State;
    out->ask = (uint8_t)request->Asked;
    out->ahead = request->Irp == NULL;
    if (request->Irp != NULL) {
        const struct ke_thread *thread = io_irp_thread(request->Irp);

        out->irp = io_part(request->Irp) != NULL ? io_part(request->Irp)->address
                                                 : ex_pool_place(request->Irp);
        out->thread = thread != NULL ? thread->id : 0;
    }
    out->owner = address_of(request->Owner);
    out->peer = address_of(request->Peer);
    out->serial = request->Serial;
    out->file_id = request->FileId;
    out->pages = request->Pages;
    out->offset = request->Offset;
    out->length = request->Length;
}

_Static_assert(EXIFS_LOOK_RUNS == INSPECT_RUNS_MAX, "runs are copied as they are");

static VOID look_at_stream(PVOID context, const EXIFS_LOOK_STREAM *stream)
{
    struct inspect *look = context;
    struct inspect_stream *out = INSPECT_MORE(look, streams, stream);

    if (out == NULL)
        return;
    out->file_id = stream->FileId;
    out->file = ob_address(stream->FileObject);
    out->process = address_of(stream->Process);
    out->opening = stream->Opening != 0;
    out->cleaned = stream->Cleaned != 0;
    out->committed = stream->Committed != 0;
    out->posted = stream->Posted != 0;
    out->borrowed_runs = stream->BorrowedRuns;
    out->transfers = stream->Transfers;
    out->pages = stream->Pages;
    out->run_count = stream->RunCount;
    out->length = stream->Length;
    out->block_address = stream->BlockAddress;
    for (uint32_t i = 0; i < MIN_OF(stream->RunCount, EXIFS_LOOK_RUNS); i++)
        out->runs[i] = (struct inspect_run){ stream->Runs[i].FirstPage, stream->Runs[i].Pages,
                                             stream->Lent[i] };
}

/* True if a driver from outside with this name has a driver object. */
static bool is_from_outside(const char *service)
{
    for (uint32_t i = 0; ke->code_owner != NULL && i < OB_NAME_BUCKETS; i++)
        for (const struct ob_name *name = ke->ob->names[i]; name != NULL; name = name->next) {
            if (ob_header(name->body)->type != ob_type_of(OB_DRIVER))
                continue;
            const DRIVER_OBJECT *driver = name->body;
            const char *owner = ke->code_owner((const void *)(uintptr_t)driver->DriverInit);

            if (owner != NULL && strcmp(owner, service) == 0)
                return true;
        }
    return false;
}

static void list_own_drivers(struct inspect *look)
{
    size_t used = 0;

    look->own_drivers[0] = 0;
    for (uint32_t i = 0; io_service_name(i) != NULL && used < sizeof look->own_drivers; i++)
        if (io_service_present(io_service_name(i)) && is_from_outside(io_service_name(i)))
            used += (size_t)snprintf(look->own_drivers + used, sizeof look->own_drivers - used,
                                     "%s%s.sys", used > 0 ? ", " : "", io_service_name(i));
}

void inspect_driver(struct inspect *look)
{
    list_own_drivers(look);
    PDEVICE_OBJECT device = the_device();
    PCWSTR build;

    memset(look->driver_build, 0, sizeof look->driver_build);
    look->driver_device = 0;
    if (device == NULL)
        return;
    look->driver_device = ob_address(device);
    build = ExifsLookBuild(device);
    for (uint32_t i = 0; i + 1 < sizeof look->driver_build && build[i] != 0; i++)
        look->driver_build[i] = (char)build[i];
    ExifsLook(device, &(EXIFS_LOOKER){
                          .Context = look, .Request = look_at_request, .Stream = look_at_stream });
}

/* ---- The living root ------------------------------------------------------------------------- */

uint32_t inspect_borrower(uint32_t index)
{
    PDEVICE_OBJECT device = the_device();

    return device != NULL ? ExifsLookBorrower(device, index) : 0;
}

void inspect_root(struct inspect *look)
{
    PDEVICE_OBJECT device = the_device();
    EXIFS_LOOK_MAP map;
    EXIFS_RUN run;

    if (device == NULL || !ExifsLookMap(device, &map))
        return;
    look->root.root_id = map.RootId;
    look->root.fetched = map.Fetched;
    if (inspect_bytes(look, &look->root_pages, &look->root_page_count, &look->root_page_max,
                      map.PageCount) != NULL)
        memcpy(look->root_pages, map.States, map.PageCount);
    for (uint32_t i = 0; ExifsLookReleased(device, i, &run); i++) {
        struct inspect_span *out = INSPECT_MORE(look, returning, returning);

        if (out == NULL)
            return;
        *out = (struct inspect_span){ run.FirstPage, run.Pages };
    }
}
