/* inspect_driver.c - what exifs.sys has in hand, read from its own structures.
 *
 * They are found from the device object's name and read without the driver's lock: a look is taken
 * where nothing runs, and lists are whole wherever a record is written. A root that has died and
 * that files still hold is looked at like a living one; the lending table is the living one's. */
#include "model/look/inspect_private.h"
#include "model/exifs/exifs.h"
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include <string.h>

PDEVICE_OBJECT inspect_driver_device(void)
{
    static const WCHAR wanted[] = L"\\DEVICE\\EXIFS";
    PDEVICE_OBJECT device = NULL;

    for (uint32_t i = 0; i < OB_NAME_BUCKETS && device == NULL; i++)
        for (const struct ob_name *name = ke->ob->names[i]; name != NULL; name = name->next)
            if (name->chars == ARRAY_LEN(wanted) - 1 &&
                memcmp(name->text, wanted, sizeof wanted - sizeof wanted[0]) == 0)
                device = name->body;
    return device != NULL && (device->Flags & DO_DEVICE_INITIALIZING) == 0 ? device : NULL;
}

static PEXIFS_DEVICE the_driver(void)
{
    PDEVICE_OBJECT device = inspect_driver_device();

    return device != NULL ? ExifsOfDevice(device) : NULL;
}

#define EACH(pos, head) for (const LIST_ENTRY *pos = (head)->Flink; pos != (head); pos = pos->Flink)

static uint32_t length(const LIST_ENTRY *head)
{
    uint32_t count = 0;

    EACH(pos, head)
    count++;
    return count;
}

void inspect_driver_gauges(uint64_t *value)
{
    const EXIFS_DEVICE *exifs = the_driver();

    value[GAUGE_POOL_AUXL] = ex_pool_tag_bytes(NonPagedPool, EXIFS_TAG_NODE);
    if (exifs == NULL)
        return;
    value[GAUGE_PROXIES_IDLE] = length(&exifs->Fetchers.Irps);
    EACH(pos, &exifs->Roots)
    {
        const EXIFS_ROOT *root = CONTAINING_RECORD(pos, EXIFS_ROOT, Link);

        value[GAUGE_RESERVE_PAGES] += root->ReservePages;
        value[GAUGE_UPCALLS_QUEUED] += length(&root->Queued);
        value[GAUGE_UPCALLS_FETCHED] += length(&root->Fetched);
        value[GAUGE_REQUESTS_WAITING] += length(&root->Waiting.Irps);
        for (uint32_t i = 0; root->Alive && i < EXIFS_LENT_MAX; i++)
            value[GAUGE_LENT_OUT] += root->Claims[i] != 0;
    }
}

uint32_t inspect_borrower(uint32_t index)
{
    const EXIFS_DEVICE *exifs = the_driver();

    if (exifs == NULL)
        return 0;
    EACH(pos, &exifs->Roots)
    {
        const EXIFS_ROOT *root = CONTAINING_RECORD(pos, EXIFS_ROOT, Link);

        if (root->Alive)
            return index < EXIFS_LENT_MAX ? root->Claims[index] : 0;
    }
    return 0;
}

/* ---- Requests -------------------------------------------------------------------------------- */

static void fill_ask(struct inspect_request *out, const EXIFS_ASK *ask)
{
    out->kind = (uint8_t)ask->Message.Kind;
    out->ask = (uint8_t)ask->State;
    out->serial = ask->Message.Serial;
    out->file_id = ask->Message.FileId;
    out->pages = ask->Message.Pages;
}

static void look_at_waiting(struct inspect *look, const EXIFS_ROOT *root)
{
    EACH(pos, &root->Waiting.Irps)
    {
        PIRP irp = CONTAINING_RECORD(pos, IRP, Tail.Overlay.ListEntry);
        const EXIFS_REQUEST *request = ExifsContextOfIrp(irp);
        struct inspect_request *out = INSPECT_MORE(look, requests, request);

        if (out == NULL)
            return;
        if (request->Ask != NULL)
            fill_ask(out, request->Ask);
        out->kind = (uint8_t)request->Kind;
        out->state = (uint8_t)request->State;
        out->irp = irp->Address;
        out->thread = io_part(irp)->thread != NULL ? io_part(irp)->thread->id : 0;
        out->owner = request->File->Process->address;
        out->peer = root->Alive ? root->Process->address : 0;
        out->file_id = request->File->FileId;
        out->offset = request->Offset;
        out->length = request->Length;
    }
}

/* Asks that nobody waits for: they go on by themselves. */
static void look_at_asks(struct inspect *look, const EXIFS_ROOT *root, const LIST_ENTRY *asks)
{
    EACH(pos, asks)
    {
        const EXIFS_ASK *ask = CONTAINING_RECORD(pos, EXIFS_ASK, Link);
        struct inspect_request *out =
            ask->Request == NULL ? INSPECT_MORE(look, requests, request) : NULL;

        if (out == NULL)
            continue;
        fill_ask(out, ask);
        out->ahead = true;
        out->peer = root->Alive ? root->Process->address : 0;
    }
}

/* ---- Streams --------------------------------------------------------------------------------- */

static void look_at_runs(struct inspect_stream *out, const EXIFS_FILE *file)
{
    uint32_t count = 0;

    EACH(pos, &file->Runs)
    {
        const EXIFS_NODE *node = CONTAINING_RECORD(pos, EXIFS_NODE, Link);

        if (count == INSPECT_RUNS_MAX)
            return;
        out->runs[count++] =
            (struct inspect_run){ node->Run.FirstPage, node->Run.Pages, node->LentIndex };
    }
}

static void look_at_streams(struct inspect *look, const EXIFS_ROOT *root)
{
    EACH(pos, &root->Files)
    {
        const EXIFS_FILE *file = CONTAINING_RECORD(pos, EXIFS_FILE, Link);
        struct inspect_stream *out;

        if (file->Kind == ExifsFileDirectory)
            continue;
        out = INSPECT_MORE(look, streams, stream);
        if (out == NULL)
            return;
        out->file_id = file->FileId;
        out->file = ob_address(file->FileObject);
        out->process = file->Process->address;
        out->opening = file->Kind == ExifsFileOpening;
        out->cleaned = file->Cleaned != 0;
        out->committed = file->Committed != 0;
        out->posted = file->Posted != 0;
        out->borrowed_runs = file->BorrowedRuns;
        out->transfers = file->Transfers;
        out->pages = file->Pages;
        out->run_count = file->RunCount;
        out->length = file->Length;
        out->block_address = file->BlockAddress;
        look_at_runs(out, file);
    }
}

void inspect_driver(struct inspect *look)
{
    const EXIFS_DEVICE *exifs = the_driver();

    memset(look->driver_build, 0, sizeof look->driver_build);
    look->driver_device = 0;
    if (exifs == NULL)
        return;
    look->driver_device = ob_address(exifs->Device);
    for (uint32_t i = 0; i + 1 < sizeof look->driver_build && exifs->Version->Build[i] != 0; i++)
        look->driver_build[i] = (char)exifs->Version->Build[i];
    EACH(pos, &exifs->Roots)
    {
        const EXIFS_ROOT *root = CONTAINING_RECORD(pos, EXIFS_ROOT, Link);

        look_at_waiting(look, root);
        look_at_asks(look, root, &root->Queued);
        look_at_asks(look, root, &root->Fetched);
        look_at_streams(look, root);
    }
}
