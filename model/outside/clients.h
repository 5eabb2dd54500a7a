/* clients.h - what inetinfo.exe and w3wp.exe do alike: put a mail's text into a stream and have it
 * committed, find a message and read it. */
#pragma once
#include "model/outside/site.h"
#include "model/epoxy/epoxy.h"
#include "model/ifsproxy/ifsproxy.h"

enum {
    CLIENT_PAGE_US = 25, /* Processor time for a page of a message. */
    /* The store went away under a call: the streaming file is not to be had now. */
    EPOXY_WAIT_ERROR = EPOXY_STORE_GONE,
};

/* Binds a client's end of a pair of queues, and starts the thread that hands out its replies. NULL,
 * and noted: no memory was left. */
PEPOXY client_bind(const EPOXY_SETUP *setup);

/* A mail's text: one line over and over, with the message's number in it. */
void client_text(PVOID to, const struct message *message, ULONG bytes);

/* The whole message into a stream, in pieces; buffer has EXIFS_WRITE_BYTES_MAX of exposed
 * memory. */
LONG client_write(PIFSFILE file, PVOID buffer, const struct message *message);

/* Tells the store where a message's stream lies, and to keep it under the message's name. */
LONG client_commit(PEPOXY epoxy, PIFSFILE file, const struct message *message);

/* Asks the store in which stream a message can be read: Name and Ea of the request. */
LONG client_find(PEPOXY epoxy, const struct message *message, EPOXY_MESSAGE *found);
/* Tells it that this has been read. */
void client_close(PEPOXY epoxy, EPOXY_MESSAGE *found);

/* Opens a stream by its name and reads it to the end. */
LONG client_read(PIFSPROXY proxy, const WCHAR *name, ULONG bytes, PVOID buffer);
