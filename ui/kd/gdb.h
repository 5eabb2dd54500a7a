/* gdb.h - the remote protocol of gdb on a recorded run, declarations shared by gdb_posix.c (what
 * gdb asks) and gdb_wire_posix.c (how it is packed). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GDB_PACKET = 0x4000, GDB_INTERRUPT = -2, GDB_GONE = -1 };
struct gdb_wire {
    int socket;
    bool quiet; /* Packets are not acknowledged. */
    bool gone;
};

/* Listens on the loopback address and waits for one caller. `listening` is called with the port,
 * which the system chooses if *port is 0. Negative: errno says why not. */
int gdb_accept(uint16_t port, void (*listening)(uint16_t port, void *ctx), void *ctx);

/* Waits for a packet and acknowledges it. Returns its length, with a NUL behind it; GDB_INTERRUPT
 * if gdb asks for a stop instead, GDB_GONE. */
int gdb_get(struct gdb_wire *wire, char packet[GDB_PACKET]);
/* Sends a packet. */
void gdb_put(struct gdb_wire *wire, const char *data, size_t length);
/* True if gdb has asked for a stop, or has gone; does not wait. */
bool gdb_wants_stop(struct gdb_wire *wire);

/* Appends bytes as hexadecimal digits; returns the end of the text. */
char *gdb_hex(char *to, const void *bytes, size_t count);
/* Reads hexadecimal digits; returns the number of bytes. */
size_t gdb_unhex(const char *text, char *to, size_t room);
/* Answers a qXfer read of `text` at "offset,length". */
void gdb_put_part(struct gdb_wire *wire, const char *text, size_t size, const char *part);
