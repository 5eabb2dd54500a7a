/* gdb_wire_posix.c - packets of gdb's remote protocol: $data#sum, acknowledged by + or -, with } as
 * the escape. */
#include "ui/kd/gdb.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ESCAPE = '}', FLIP = 0x20, STOP = 3 };

int gdb_accept(uint16_t port, void (*listening)(uint16_t port, void *ctx), void *ctx)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t size = sizeof address;
    int on = 1, caller = -1, listener = socket(AF_INET, SOCK_STREAM, 0);

    if (listener < 0)
        return -1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) == 0 &&
        listen(listener, 1) == 0 &&
        getsockname(listener, (struct sockaddr *)&address, &size) == 0) {
        listening(ntohs(address.sin_port), ctx);
        do
            caller = accept(listener, NULL, NULL);
        while (caller < 0 && errno == EINTR);
    }
    int error = errno;

    close(listener);
    if (caller >= 0)
        setsockopt(caller, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    errno = error;
    return caller;
}

/* The next byte; negative: gdb has gone. */
static int next_byte(struct gdb_wire *wire)
{
    unsigned char byte;
    ssize_t got;

    do
        got = wire->gone ? 0 : recv(wire->socket, &byte, 1, 0);
    while (got < 0 && errno == EINTR);
    wire->gone = got <= 0;
    return wire->gone ? GDB_GONE : byte;
}

static void put_bytes(struct gdb_wire *wire, const char *bytes, size_t count)
{
    while (count > 0 && !wire->gone) {
        ssize_t sent = send(wire->socket, bytes, count, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0) {
            wire->gone = true;
            return;
        }
        bytes += sent;
        count -= (size_t)sent;
    }
}

/* Reads what follows a $, up to the sum. Returns the length; GDB_GONE; a packet that is too long is
 * read to its end and is empty then, which gdb takes for unknown. */
static int read_data(struct gdb_wire *wire, char packet[GDB_PACKET], bool *good)
{
    unsigned sum = 0;
    int length = 0, byte;
    char digits[3] = { 0 };

    while ((byte = next_byte(wire)) >= 0 && byte != '#') {
        sum += (unsigned)byte;
        if (byte == ESCAPE) {
            byte = next_byte(wire);
            sum += (unsigned)byte;
            byte ^= FLIP;
        }
        if (length < GDB_PACKET)
            packet[length++] = (char)byte;
    }
    if (length == GDB_PACKET)
        length = 0;
    for (int i = 0; i < 2; i++) {
        byte = next_byte(wire);
        digits[i] = (char)byte;
    }
    *good = strtoul(digits, NULL, 16) == (sum & 0xff);
    packet[length] = 0;
    return wire->gone ? GDB_GONE : length;
}

int gdb_get(struct gdb_wire *wire, char packet[GDB_PACKET])
{
    for (;;) {
        int byte = next_byte(wire), length;
        bool good;

        if (byte < 0)
            return GDB_GONE;
        if (byte == STOP)
            return GDB_INTERRUPT;
        if (byte != '$')
            continue; /* An acknowledgement. */
        length = read_data(wire, packet, &good);
        if (length < 0)
            return GDB_GONE;
        if (!wire->quiet)
            put_bytes(wire, good ? "+" : "-", 1);
        if (good || wire->quiet)
            return length;
    }
}

void gdb_put(struct gdb_wire *wire, const char *data, size_t length)
{
    char *packet = malloc(2 * length + 5), *to = packet;
    unsigned sum = 0;

    if (packet == NULL) {
        wire->gone = true;
        return;
    }
    *to++ = '$';
    for (size_t i = 0; i < length; i++) {
        char byte = data[i];

        if (byte == ESCAPE || byte == '$' || byte == '#' || byte == '*') {
            *to++ = ESCAPE;
            sum += ESCAPE;
            byte ^= FLIP;
        }
        *to++ = byte;
        sum += (unsigned char)byte;
    }
    to += snprintf(to, 4, "#%02x", sum & 0xff);
    put_bytes(wire, packet, (size_t)(to - packet));
    free(packet);
}

bool gdb_wants_stop(struct gdb_wire *wire)
{
    struct pollfd there = { .fd = wire->socket, .events = POLLIN };
    char byte;

    if (!wire->gone && poll(&there, 1, 0) <= 0)
        return false;
    wire->gone = wire->gone || recv(wire->socket, &byte, 1, MSG_PEEK) <= 0;
    if (wire->gone)
        return true;
    if (byte == STOP)
        next_byte(wire);
    return byte == STOP;
}

char *gdb_hex(char *to, const void *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to += snprintf(to, 3, "%02x", ((const unsigned char *)bytes)[i]);
    return to;
}

size_t gdb_unhex(const char *text, char *to, size_t room)
{
    size_t count = 0;
    unsigned byte;

    while (count < room && sscanf(text, "%2x", &byte) == 1 && text[1] != 0) {
        to[count++] = (char)byte;
        text += 2;
    }
    return count;
}

void gdb_put_part(struct gdb_wire *wire, const char *text, size_t size, const char *part)
{
    char *end;
    size_t offset = strtoul(part, &end, 16), length = *end == ',' ? strtoul(end + 1, NULL, 16) : 0;
    char *reply;

    if (offset > size)
        offset = size;
    if (length > size - offset)
        length = size - offset;
    reply = malloc(length + 1);
    if (reply == NULL) {
        gdb_put(wire, "E00", 3);
        return;
    }
    reply[0] = offset + length < size ? 'm' : 'l';
    memcpy(reply + 1, text + offset, length);
    gdb_put(wire, reply, length + 1);
    free(reply);
}
