/* clients.c - see clients.h. The paths are 2.1 and 2.3 of facts/exchange-exifs.md. */
#include <windows.h>
#include "model/outside/clients.h"

static DWORD WINAPI dispatcher(LPVOID epoxy)
{
    nt_name_thread("epoxy");
    EpoxyDispatch(epoxy);
    return 0;
}

PEPOXY client_bind(const EPOXY_SETUP *setup)
{
    PEPOXY epoxy = EpoxyBind(setup);

    if (epoxy == NULL)
        server_note_error(JET_errOutOfMemory);
    else
        server_start_threads(epoxy, dispatcher, 1);
    return epoxy;
}

void client_text(PVOID to, const struct message *message, ULONG bytes)
{
    CHAR page[EXIFS_PAGE_SIZE];
    CHAR line[64] = "Received: by exifsim; message           the quick brown fox.  \r";
    uint32_t rest = message->id;

    line[63] = '\n';
    for (int digit = 38; digit > 29 && rest > 0; digit--, rest /= 10)
        line[digit] = (CHAR)('0' + rest % 10);
    for (ULONG at = 0; at < sizeof page; at += sizeof line)
        CopyMemory(page + at, line, sizeof line);
    for (ULONG at = 0; at < bytes; at += sizeof page)
        CopyMemory((PUCHAR)to + at, page, bytes - at < sizeof page ? bytes - at : sizeof page);
}

LONG client_write(PIFSFILE file, PVOID buffer, const struct message *message)
{
    LONG error = 0;

    for (ULONG done = 0; done < message->bytes && error == 0;) {
        ULONG part = message->bytes - done < EXIFS_WRITE_BYTES_MAX ? message->bytes - done
                                                                   : EXIFS_WRITE_BYTES_MAX;

        client_text(buffer, message, part);
        nt_compute((uint64_t)((part + EXIFS_PAGE_SIZE - 1) / EXIFS_PAGE_SIZE) * US(CLIENT_PAGE_US));
        error = IfsWrite(file, buffer, part);
        done += part;
    }
    return error;
}

/* A list that is too long goes by the file's id. */
LONG client_commit(PEPOXY epoxy, PIFSFILE file, const struct message *message)
{
    EPOXY_MESSAGE request;

    ZeroMemory(&request, sizeof request);
    request.Kind = EpoxyCommit;
    request.Row = message_nesting(message);
    request.Replication = message_protocol(message) == LOAD_REPLICATION;
    message_name(message, request.Name);
    LONG error = IfsGetEaList(file, &request.Ea);

    if (error == JET_errSLVEAListTooBig) {
        EXIFS_STREAM_ID id;

        IfsGetStreamId(file, &id);
        request.Kind = EpoxyCommitFile;
        request.Ea.RootId = id.RootId;
        request.Ea.FileId = id.FileId;
        error = 0;
    }
    if (error != 0)
        return error;
    return EpoxyCall(epoxy, &request) ? request.Error : EPOXY_WAIT_ERROR;
}

LONG client_find(PEPOXY epoxy, const struct message *message, EPOXY_MESSAGE *found)
{
    ZeroMemory(found, sizeof *found);
    found->Kind = EpoxyOpen;
    message_name(message, found->Name);
    return EpoxyCall(epoxy, found) ? found->Error : EPOXY_WAIT_ERROR;
}

void client_close(PEPOXY epoxy, EPOXY_MESSAGE *found)
{
    found->Kind = EpoxyClose;
    EpoxyCall(epoxy, found);
}

LONG client_read(PIFSPROXY proxy, const WCHAR *name, ULONG bytes, PVOID buffer)
{
    PIFSFILE file;
    ULONG got = 1;
    LONG error = IfsOpen(proxy, ROOT_NAME, name, ExifsOpenExisting, &file);

    if (error != 0)
        return error;
    for (ULONG64 offset = 0; offset < bytes && got > 0 && error == 0; offset += got) {
        error = IfsRead(file, offset, buffer, EXIFS_WRITE_BYTES_MAX, &got);
        nt_compute(US(CLIENT_PAGE_US) * (got / EXIFS_PAGE_SIZE + 1));
    }
    IfsClose(file);
    return error;
}
