/* clients.h - the steps that inetinfo.exe, w3wp.exe and store.exe share as clients of ExIFS: write
 * a mail into a stream and have it committed, find a message and read it. The functions return 0 or
 * an SLV error. */
#pragma once
#include "model/outside/site.h"
#include "model/epoxy/epoxy.h"
#include "model/ifsproxy/ifsproxy.h"

enum {
    CLIENT_PAGE_US = 25, /* Processor time for a page of a message. */
    /* Error of a call whose store ended: the streaming file is not available. */
    EPOXY_WAIT_ERROR = EPOXY_STORE_GONE,
};

/* Binds the client's end of a queue pair and starts the thread that hands out its replies. The
 * process owns it. NULL: no memory; the error is noted. */
PEPOXY client_bind(const EPOXY_SETUP *setup);

/* Fills a buffer with a mail's text: one line over and over, with the message's number in it. */
void client_text(PVOID to, const struct message *message, ULONG bytes);

/* Writes the whole message into a stream, in pieces; buffer has EXIFS_WRITE_BYTES_MAX bytes of
 * exposed memory. */
LONG client_write(PIFSFILE file, PVOID buffer, const struct message *message);

/* Has the store commit a message's stream and keep it under the message's name. */
LONG client_commit(PEPOXY epoxy, PIFSFILE file, const struct message *message);

/* Asks the store in which stream a message can be read; fills Name and Ea of found. */
LONG client_find(PEPOXY epoxy, const struct message *message, EPOXY_MESSAGE *found);
/* Tells the store that the stream found has been read. */
void client_close(PEPOXY epoxy, EPOXY_MESSAGE *found);

/* Opens a stream by its name and reads it to the end; buffer as in client_write. */
LONG client_read(PIFSPROXY proxy, const WCHAR *name, ULONG bytes, PVOID buffer);
