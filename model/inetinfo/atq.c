/* atq.c - see atq.h.
 *
 * No thread is preempted between two calls into the kernel, so the pool needs no lock of its own.
 * The pool dies with the process; load_recover puts the messages in flight back on their wires.
 */
#include <windows.h>
#include "model/inetinfo/atq.h"
#include "model/exifs/exifs_ioctl.h"

struct atq *atq_new(PCWSTR semaphore)
{
    struct atq *self = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *self);

    if (self == NULL)
        return NULL;
    self->items = CreateSemaphoreW(NULL, 0, 1, semaphore);
    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        self->limit[i][0] = self->limit[i][1] = UINT32_MAX;
    return self;
}

/* Work that was begun goes on even while no new work is admitted. */
static BOOL has_room(const struct atq *self, uint32_t protocol, int queue)
{
    return self->busy[protocol][queue] < self->limit[protocol][queue] &&
           (queue == 1 || (self->admitted[protocol] && self->inside[protocol] < IN_FLIGHT_MAX));
}

/* The message that waits longest in a work queue; NULL: none, or the queue has all its threads. */
static const struct message *first_of(const struct atq *self, uint32_t protocol, int queue)
{
    const struct atq_ring *later = &self->later[protocol];

    if (!has_room(self, protocol, queue))
        return NULL;
    if (queue == 0)
        return load_first((enum load_protocol)protocol);
    return later->count > 0 ? &later->works[later->head].message : NULL;
}

static void take_from(struct atq *self, struct atq_work *work, uint32_t protocol, int queue)
{
    struct atq_ring *later = &self->later[protocol];

    if (queue == 0) {
        *work = (struct atq_work){ .protocol = (enum load_protocol)protocol };
        load_take_first((enum load_protocol)protocol, &work->message, &work->slot);
        self->inside[protocol]++;
        return;
    }
    *work = later->works[later->head];
    later->head = (later->head + 1) % IN_FLIGHT_MAX;
    later->count--;
}

/* Takes the oldest work the limits allow; of the same age, work that was begun goes first. */
static BOOL pick(struct atq *self, struct atq_work *work)
{
    const struct message *oldest = NULL;
    uint32_t protocol = 0;
    int queue = 0;

    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        for (int j = 1; j >= 0; j--) {
            const struct message *first = first_of(self, i, j);

            if (first == NULL || (oldest != NULL && first->at >= oldest->at))
                continue;
            oldest = first;
            protocol = i;
            queue = j;
        }
    if (oldest != NULL)
        take_from(self, work, protocol, queue);
    return oldest != NULL;
}

static BOOL take(struct atq *self, struct atq_work *work)
{
    while (self->announced == 0 || !pick(self, work)) {
        if (WaitForSingleObject(self->items, INFINITE) != WAIT_OBJECT_0)
            return FALSE;
        self->announced++;
    }
    self->announced--;
    return TRUE;
}

/* Counts one thread more or less in a work queue. */
static void count_busy(struct atq *self, uint32_t protocol, int queue, int change)
{
    self->busy[protocol][queue] += (uint32_t)change;
    server_site()->pool_busy[protocol] = self->busy[protocol][0] + self->busy[protocol][1];
}

static DWORD WINAPI pool_thread(LPVOID context)
{
    struct atq_connection *connection = context;
    struct atq *self = connection->atq;
    struct atq_work work;

    nt_name_thread(self->name);
    while (take(self, &work)) {
        enum load_protocol protocol = work.protocol;
        int queue = work.step != 0;

        count_busy(self, protocol, queue, 1);
        BOOL over = self->serve(connection, &work);

        count_busy(self, protocol, queue, -1);
        self->inside[protocol] -= over != FALSE;
    }
    return 0;
}

static struct atq_connection *new_connection(struct atq *self)
{
    struct atq_connection *connection = HeapAlloc(GetProcessHeap(), 0, sizeof *connection);

    if (connection == NULL)
        return NULL;
    connection->atq = self;
    connection->context = self->context;
    connection->buffer =
        VirtualAlloc(NULL, EXIFS_WRITE_BYTES_MAX, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (connection->buffer != NULL)
        return connection;
    HeapFree(GetProcessHeap(), 0, connection);
    return NULL;
}

void atq_start(struct atq *self, uint32_t threads)
{
    for (uint32_t i = 0; i < threads; i++) {
        struct atq_connection *connection = new_connection(self);

        if (connection == NULL)
            break;
        server_start_threads(connection, pool_thread, 1);
    }
}

/* Releases the semaphore for the work that was passed over, now that a thread is free. */
static void announce_again(struct atq *self)
{
    LONG again = (LONG)self->announced;

    if (again == 0)
        return;
    self->announced = 0;
    ReleaseSemaphore(self->items, again, NULL);
}

void atq_admit(struct atq *self, enum load_protocol protocol, BOOL open)
{
    self->admitted[protocol] = open;
    count_busy(self, protocol, 0, 0);
    if (open)
        announce_again(self);
}

void atq_over(struct atq *self, enum load_protocol protocol)
{
    self->inside[protocol]--;
    announce_again(self);
}

void atq_continue(struct atq *self, const struct atq_work *work)
{
    struct atq_ring *later = &self->later[work->protocol];

    /* Each message in flight goes on once at most. */
    CHECK(work->step != 0 && later->count < IN_FLIGHT_MAX);
    later->works[(later->head + later->count++) % IN_FLIGHT_MAX] = *work;
    ReleaseSemaphore(self->items, 1, NULL);
}
