/* inspect_objects.c - handle tables, the files behind them, the pools by tag, and every IRP. */
#include "model/look/inspect_private.h"
#include "model/kernel/cm.h"
#include "model/exifs/exifs_look.h"
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include <stdio.h>
#include <string.h>

enum { HANDLE_STEP = 4 };

/* ---- Handles and files ----------------------------------------------------------------------- */

static void name_object(char *out, const struct ob_header *header)
{
    const void *body = header + 1;
    const FILE_OBJECT *file = body;
    const struct ke_thread *thread = body;

    switch (header->type->index) {
    case OB_PROCESS:
        inspect_copy(out, ((const struct ke_process *)body)->name);
        break;
    case OB_THREAD:
        snprintf(out, INSPECT_NAME, "%s %x", thread->name ? thread->name : "thread", thread->id);
        break;
    case OB_FILE:
        inspect_narrow(out, file->FileName.Buffer, file->FileName.Length / sizeof(WCHAR));
        break;
    case OB_KEY:
        inspect_copy(out, ((const struct cm_key *)body)->path);
        break;
    default:
        if (header->name != NULL)
            inspect_narrow(out, header->name->text, header->name->chars);
        break;
    }
}

static bool is_known_file(const struct inspect *look, uint32_t address)
{
    for (uint32_t i = 0; i < look->file_count; i++)
        if (look->files[i].address == address)
            return true;
    return false;
}

static void look_at_file(struct inspect *look, const struct inspect_handle *handle,
                         const struct ob_header *header)
{
    const FILE_OBJECT *file = (const void *)(header + 1);
    struct inspect_file *out;

    /* Only a file with several handles can be in the list already. */
    if (header->handle_count > 1 && is_known_file(look, header->address))
        return;
    out = INSPECT_MORE(look, files, file);
    if (out == NULL)
        return;
    out->address = header->address;
    out->device = ob_address(file->DeviceObject);
    out->process = handle->process;
    out->flags = file->Flags;
    out->handles = header->handle_count;
    memcpy(out->name, handle->name, sizeof out->name);
}

static bool look_at_handle(struct inspect *look, uint32_t process, uint32_t value,
                           const struct ob_entry *entry)
{
    const struct ob_header *header = ob_header(entry->body);
    struct inspect_handle *out = INSPECT_MORE(look, handles, handle);

    if (out == NULL)
        return false;
    out->process = process;
    out->handle = value;
    out->object = header->address;
    out->type = (uint8_t)header->type->index;
    out->access = entry->access;
    name_object(out->name, header);
    if (out->type == OB_FILE)
        look_at_file(look, out, header);
    return true;
}

static void look_at_table(struct inspect *look, const struct ob_table *table, uint32_t process,
                          uint32_t top)
{
    uint32_t shown = 0;

    for (uint32_t i = 1; i < table->high; i++) {
        const struct ob_entry *chunk = table->chunks[i / HANDLE_CHUNK];

        if (chunk == NULL || chunk[i % HANDLE_CHUNK].body == NULL)
            continue;
        if (shown++ == INSPECT_HANDLES_MAX) {
            look->handles_dropped += table->count - INSPECT_HANDLES_MAX;
            return;
        }
        if (!look_at_handle(look, process, i * HANDLE_STEP | top, &chunk[i % HANDLE_CHUNK]))
            return;
    }
}

/* ---- Pools ----------------------------------------------------------------------------------- */

static int pool_order(const struct inspect_pool *one, const struct inspect_pool *other)
{
    if (one->type != other->type)
        return one->type < other->type ? -1 : 1;
    return (one->use.tag > other->use.tag) - (one->use.tag < other->use.tag);
}

static void look_at_tags(struct inspect *look)
{
    for (uint32_t i = 0; i < POOL_TAGS_MAX; i++) {
        const struct pool_tag *row = &ke->ex->tags[i];
        struct inspect_pool *out = row->used ? INSPECT_MORE(look, pools, pool) : NULL;
        struct inspect_pool one;

        if (row->used && (row->tag == EXIFS_TAG_NODE || row->tag == EXIFS_TAG_OBJECT))
            look->driver_blocks[row->tag == EXIFS_TAG_OBJECT] += row->use.blocks;
        if (out == NULL)
            continue;
        memset(&one, 0, sizeof one);
        one.type = row->type;
        one.use = (struct inspect_pool_use){ row->use.tag,    row->use.bytes, row->use.blocks,
                                             row->use.allocs, row->use.frees, row->use.fails };
        for (; out > look->pools && pool_order(&out[-1], &one) > 0; out--)
            memcpy(out, &out[-1], sizeof *out);
        memcpy(out, &one, sizeof *out);
    }
}

static void look_at_packets(struct inspect *look)
{
    LIST_EACH(pos, &ke->io->irps) {
        const struct io_part *part = LIST_ITEM(pos, struct io_part, live);
        struct inspect_packet *out = INSPECT_MORE(look, packets, packet);

        if (out == NULL)
            return;
        out->address = part->address;
        out->completed = part->irp->CurrentLocation == part->irp->StackCount + 2;
        out->made = part->made;
    }
}

void inspect_pools(struct inspect *look)
{
    look->driver_blocks[0] = look->driver_blocks[1] = 0;
    look_at_tags(look);
    look->pool_bytes[NonPagedPool] = ke->ex->bytes[NonPagedPool];
    look->pool_bytes[PagedPool] = ke->ex->bytes[PagedPool];
    look_at_packets(look);
    look->driver_present = io_driver_present(L"\\FileSystem\\ExIfs");
}

void inspect_handles(struct inspect *look)
{
    LIST_EACH(pos, &ke->processes) {
        const struct ke_process *process = LIST_ITEM(pos, struct ke_process, process_link);

        if (process->handles != NULL)
            look_at_table(look, process->handles, inspect_index(look, process->address),
                          process == ke->system ? 0x80000000u : 0);
    }
}
