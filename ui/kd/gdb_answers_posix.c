/* gdb_answers_posix.c - what gdb asks while the machine stands, and what it is told. */
#include "ui/kd/gdb_inside.h"
#include <stdlib.h>
#include <string.h>

/* ---- Answers --------------------------------------------------------------------------------- */

void gdb_say(struct gdb *g, const char *text) { gdb_put(&g->wire, text, strlen(text)); }

/* Prints a line where gdb's user reads. */
static void print_line(struct gdb *g, const char *text)
{
    size_t length = strlen(text);
    char *packet = malloc(2 * length + 2);

    if (packet == NULL)
        return;
    packet[0] = 'O';
    gdb_put(&g->wire, packet, (size_t)(gdb_hex(packet + 1, text, length) - packet));
    free(packet);
}

/* At the end of the run: what ended it. */
static void print_end(struct gdb *g)
{
    const struct stop *stop = g->kd->end != NULL ? &g->kd->end->result.stop : NULL;
    char text[160];

    if (stop == NULL || !stop->stopped || g->now.record != stop->record)
        return;
    snprintf(text, sizeof text,
             "*** Fatal System Error: 0x%08x\n                       "
             "(0x%08X,0x%08X,0x%08X,0x%08X)\n",
             stop->code, stop->args[0], stop->args[1], stop->args[2], stop->args[3]);
    print_line(g, text);
}

static void tell_stop(struct gdb *g)
{
    char text[160];

    if (g->reason == NULL)
        return;
    if (g->reason == gdb_at_end)
        print_end(g);
    snprintf(text, sizeof text, "T%s%sthread:%x;", g->reason == gdb_stopped ? "02" : "05",
             g->reason == gdb_stopped ? "" : g->reason, g->current);
    gdb_say(g, text);
    g->reason = NULL;
}

/* ---- Serving gdb ----------------------------------------------------------------------------- */

/* What a packet says that lets the machine go. False: it is another packet. */
static bool read_motion(struct gdb *g, const char *packet)
{
    switch (packet[0]) {
    case 's':
    case 'S':
        gdb_plan_step(g);
        break;
    case 'c':
    case 'C':
        gdb_plan_on(g);
        break;
    case 'b':
        if (packet[1] != 's' && packet[1] != 'c')
            return false;
        if (packet[1] == 's')
            gdb_plan_step_back(g);
        else
            gdb_plan_back(g);
        break;
    case 'D':
        gdb_say(g, "OK");
        g->pass = PASS_END;
        break;
    case 'k':
        g->pass = PASS_END;
        break;
    default:
        return false;
    }
    return true;
}

static void read_command(struct gdb *g, const char *hex)
{
    free(g->command);
    g->command = calloc(1, strlen(hex) / 2 + 1);
    if (g->command != NULL)
        gdb_unhex(hex, g->command, strlen(hex) / 2);
    g->pass = PASS_COMMAND;
}

static void answer(struct gdb *g, const char *packet)
{
    char text[64];

    if (strncmp(packet, "qSupported", 10) == 0) {
        gdb_say(g, "PacketSize=3f00;QStartNoAckMode+;qXfer:features:read+;qXfer:exec-file:read+;"
                   "qXfer:auxv:read+;qXfer:libraries-svr4:read+;qXfer:threads:read+;ReverseStep+;"
                   "ReverseContinue+;swbreak+");
    } else if (strcmp(packet, "QStartNoAckMode") == 0) {
        gdb_say(g, "OK");
        g->wire.quiet = true;
    } else if (strncmp(packet, "qXfer:", 6) == 0) {
        gdb_send_object(g, packet);
    } else if (strcmp(packet, "?") == 0) {
        g->reason = gdb_stepped;
        tell_stop(g);
    } else if (strcmp(packet, "g") == 0) {
        gdb_send_registers(g);
    } else if (packet[0] == 'm') {
        gdb_send_memory(g, packet + 1);
    } else if (packet[0] == 'H') {
        if (packet[1] == 'g')
            g->shown = (uint32_t)strtoul(packet + 2, NULL, 16);
        if (packet[1] == 'c' && packet[2] != '-')
            g->chosen = (uint32_t)strtoul(packet + 2, NULL, 16);
        if (g->shown == 0)
            g->shown = g->current;
        gdb_say(g, "OK");
    } else if (packet[0] == 'T') {
        uint32_t id = (uint32_t)strtoul(packet + 1, NULL, 16);

        gdb_say(g, id == g->current || inspect_thread(g->look, id) != NULL ? "OK" : "E03");
    } else if (packet[0] == 'Z' || packet[0] == 'z') {
        gdb_set_break(g, packet);
    } else if (strcmp(packet, "qC") == 0) {
        snprintf(text, sizeof text, "QC%x", g->current);
        gdb_say(g, text);
    } else if (strncmp(packet, "qAttached", 9) == 0) {
        gdb_say(g, "1");
    } else if (packet[0] == 'G' || packet[0] == 'P' || packet[0] == 'M') {
        gdb_say(g, "E.what has happened cannot be changed");
    } else {
        gdb_say(g, ""); /* Unknown. */
    }
}

/* Answers gdb until it lets the machine go; what it wants is then in the pass. */
void gdb_serve(struct gdb *g, uint32_t thread)
{
    static _Thread_local char packet[GDB_PACKET + 1];

    g->at = g->now;
    g->current = g->shown = thread;
    g->chosen = 0;
    g->look->from = (void *)(uintptr_t)g->registers.general[HOST_RBP];
    inspect_take_parts(g->world, g->look, INSPECT_PROCESSES | INSPECT_THREADS | INSPECT_FRAMES);
    tell_stop(g);
    if (g->answer != NULL) {
        gdb_say(g, g->answer);
        free(g->answer);
        g->answer = NULL;
        gdb_say(g, "OK");
    }
    for (;;) {
        int length = gdb_get(&g->wire, packet);

        if (length == GDB_GONE) {
            g->pass = PASS_END;
            return;
        }
        if (length == GDB_INTERRUPT)
            continue;
        if (strncmp(packet, "qRcmd,", 6) == 0) {
            read_command(g, packet + 6);
            return;
        }
        if (read_motion(g, packet))
            return;
        answer(g, packet);
    }
}
