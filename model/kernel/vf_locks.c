/* vf_locks.c - locks of verified drivers: levels, and the order in which threads take them.
 *
 * An edge A -> B says that some thread took B while it held A. A new edge that closes a circle is a
 * deadlock that another order of events would bring about, though none has happened yet. Spin
 * locks, fast mutexes and KMUTEXes are nodes; ERESOURCEs and events are not, as in 2003.
 *
 * Only verified drivers are bound to these functions, so none asks who calls: the return address of
 * a call that a compiler has made a jump is another's.
 */
#include "model/kernel/ke.h"
#include "model/kernel/kernel.h"
#include "model/kernel/vf.h"
#include "model/kernel/vf_inside.h"
#include "model/words/bugchecks.h"
#include <stdio.h>
#include <string.h>

enum { NODES_MAX = 256, EDGES_MAX = 1024 };

/* Sub-codes of 0xC4. */
enum {
    C4_RAISE_LOWERS = 0x30,
    C4_LOWER_RAISES = 0x31,
    C4_SPIN_RELEASE = 0x32,
    C4_MUTEX_ACQUIRE = 0x33,
    C4_MUTEX_RELEASE = 0x34,
    C4_RESOURCE_ACQUIRE = 0x37,
    C4_RESOURCE_RELEASE = 0x38,
    C4_UNSAFE_ACQUIRE = 0x39,
    C4_UNSAFE_RELEASE = 0x3a,
    C4_WAIT_AT_DISPATCH = 0x3b,
    C4_LEAVE_OUTSIDE = 0x3e,
    C4_SPIN_BELOW_DISPATCH = 0x40,
    C4_SIGNAL_ABOVE_DISPATCH = 0x80,
    C4_SELF_DEADLOCK = 0x1000,
    C4_ORDER = 0x1001,
    C4_UNINITIALISED = 0x1002,
    C4_INITIALISED_TWICE = 0x1005,
    C4_GONE_WHILE_HELD = 0x1006,
    C4_OTHERS_RELEASE = 0x1004,
    C4_NEVER_ACQUIRED = 0x1007,
};

struct vf_node {
    const void *lock; /* NULL: free. */
    struct ke_thread *holder;
    struct vf_stack taken; /* Stack of the latest acquisition. */
};

struct vf_edge {
    uint16_t from, to;
    struct vf_stack stack; /* Stack of the acquisition of `to`. */
};

struct vf_locks {
    uint32_t node_count, edge_count;
    bool overflowed; /* A lock found no node, so a lock without a holder may be held. */
    struct vf_node nodes[NODES_MAX];
    struct vf_edge edges[EDGES_MAX];
};

static NORETURN void violation(uint32_t code, uint32_t a2, uint32_t a3, uint32_t a4,
                               const char *rule)
{
    vf_stop(DRIVER_VERIFIER_DETECTED_VIOLATION, code, a2, a3, a4, rule, NULL, NULL);
}

static NORETURN void deadlock(uint32_t code, const void *lock, uint32_t a3, uint32_t a4,
                              const char *rule, const char *other, const struct vf_stack *stack)
{
    vf_stop(DRIVER_VERIFIER_DETECTED_VIOLATION, code, ke_address_shown(lock), a3, a4, rule, other,
            stack);
}

/* ---- The graph ------------------------------------------------------------------------------- */

static struct vf_locks *locks(void)
{
    if (ke->vf->locks == NULL)
        ke->vf->locks = arena_take(ke->sim->arena, sizeof *ke->vf->locks, 16);
    return ke->vf->locks;
}

/* The node of a lock. make: a new one if there is none; NULL: all are in use. */
static struct vf_node *node_of(const void *lock, bool make)
{
    struct vf_locks *all = locks();
    struct vf_node *empty = NULL;

    for (uint32_t i = 0; i < all->node_count; i++) {
        if (all->nodes[i].lock == lock)
            return &all->nodes[i];
        if (all->nodes[i].lock == NULL && empty == NULL)
            empty = &all->nodes[i];
    }
    if (!make)
        return NULL;
    if (empty == NULL && all->node_count < NODES_MAX)
        empty = &all->nodes[all->node_count++];
    if (empty != NULL)
        *empty = (struct vf_node){ .lock = lock };
    else
        all->overflowed = true;
    return empty;
}

static struct vf_edge *edge_of(uint16_t from, uint16_t to)
{
    struct vf_locks *all = locks();

    for (uint32_t i = 0; i < all->edge_count; i++)
        if (all->edges[i].from == from && all->edges[i].to == to)
            return &all->edges[i];
    return NULL;
}

/* The first edge of a way from one lock to another; NULL: there is no way. */
static const struct vf_edge *way(uint16_t from, uint16_t to, bool seen[NODES_MAX])
{
    struct vf_locks *all = locks();

    seen[from] = true;
    for (uint32_t i = 0; i < all->edge_count; i++) {
        const struct vf_edge *edge = &all->edges[i];

        if (edge->from == from &&
            (edge->to == to || (!seen[edge->to] && way(edge->to, to, seen) != NULL)))
            return edge;
    }
    return NULL;
}

static void add_edge(const struct vf_node *held, const struct vf_node *wanted)
{
    struct vf_locks *all = locks();
    uint16_t from = (uint16_t)(held - all->nodes), to = (uint16_t)(wanted - all->nodes);
    bool seen[NODES_MAX] = { false };

    if (edge_of(from, to) != NULL)
        return;
    const struct vf_edge *back = way(to, from, seen);

    if (back != NULL)
        deadlock(C4_ORDER, wanted->lock, ke_address_shown(held->lock), 0,
                 "A driver takes two locks in one order here and in the other order elsewhere: two "
                 "threads can wait for each other.",
                 "The other order was taken by", &back->stack);
    if (all->edge_count == EDGES_MAX)
        return;
    all->edges[all->edge_count].from = from;
    all->edges[all->edge_count].to = to;
    vf_keep_stack(&all->edges[all->edge_count++].stack);
}

/* A thread is about to take a lock. */
static void wants(const void *lock)
{
    struct vf_locks *all = locks();
    struct vf_node *node = vf_has(VF_DEADLOCK) ? node_of(lock, true) : NULL;
    struct ke_thread *thread = ke_current_thread();

    if (node == NULL)
        return;
    if (node->holder == thread)
        deadlock(C4_SELF_DEADLOCK, lock, 0, 0,
                 "A driver takes a lock that its thread holds already.", "It was taken by",
                 &node->taken);
    for (uint32_t i = 0; i < all->node_count; i++)
        if (all->nodes[i].lock != NULL && all->nodes[i].holder == thread)
            add_edge(&all->nodes[i], node);
}

static void takes(const void *lock)
{
    vf_level_rose();
    struct vf_node *node = vf_has(VF_DEADLOCK) ? node_of(lock, true) : NULL;

    if (node == NULL)
        return;
    node->holder = ke_current_thread();
    vf_keep_stack(&node->taken);
}

static void gives(const void *lock)
{
    struct vf_node *node = vf_has(VF_DEADLOCK) ? node_of(lock, true) : NULL;

    if (node == NULL || (node->holder == NULL && locks()->overflowed))
        return;
    if (node->holder == NULL)
        deadlock(C4_NEVER_ACQUIRED, lock, 0, 0, "A driver releases a lock that nobody holds.", NULL,
                 NULL);
    if (node->holder != ke_current_thread())
        deadlock(C4_OTHERS_RELEASE, lock, node->holder->address, ke_current_thread()->address,
                 "A driver releases a lock that another thread holds.", "It was taken by",
                 &node->taken);
    node->holder = NULL;
}

static void forget(struct vf_node *node)
{
    struct vf_locks *all = locks();
    uint16_t number = (uint16_t)(node - all->nodes);
    uint32_t kept = 0;

    for (uint32_t i = 0; i < all->edge_count; i++)
        if (all->edges[i].from != number && all->edges[i].to != number)
            all->edges[kept++] = all->edges[i];
    all->edge_count = kept;
    node->lock = NULL;
    node->holder = NULL;
}

/* A lock is initialised: what was known of its place is another lock's. */
static void begins(const void *lock)
{
    struct vf_node *node = vf_has(VF_DEADLOCK) ? node_of(lock, false) : NULL;

    if (node == NULL)
        return;
    if (node->holder != NULL)
        deadlock(C4_INITIALISED_TWICE, lock, 0, 0, "A driver initialises a lock that is held.",
                 "It was taken by", &node->taken);
    forget(node);
}

void vf_locks_go(const void *start, size_t bytes)
{
    struct vf_locks *all = vf_has(VF_DEADLOCK) ? locks() : NULL;

    for (uint32_t i = 0; all != NULL && i < all->node_count; i++) {
        struct vf_node *node = &all->nodes[i];

        if (node->lock == NULL || (uintptr_t)node->lock - (uintptr_t)start >= bytes)
            continue;
        if (node->holder != NULL)
            deadlock(C4_GONE_WHILE_HELD, node->lock, node->holder->address, 0,
                     "Memory is freed that holds a lock which is held.", "It was taken by",
                     &node->taken);
        forget(node);
    }
}

void vf_thread_ends(void)
{
    struct vf_locks *all = ke->vf->locks;

    for (uint32_t i = 0; all != NULL && i < all->node_count; i++)
        if (all->nodes[i].lock != NULL && all->nodes[i].holder == ke_current_thread())
            vf_stop(DRIVER_VERIFIER_DETECTED_VIOLATION, C4_GONE_WHILE_HELD,
                    ke_current_thread()->address, ke_address_shown(all->nodes[i].lock), 0,
                    "A thread ends while it holds a lock.", "It was taken by",
                    &all->nodes[i].taken);
}

/* ---- Levels ---------------------------------------------------------------------------------- */

NT_FRAME VOID VfKeRaiseIrql(KIRQL level, PKIRQL before)
{
    if (level < ke->cpu->irql)
        violation(C4_RAISE_LOWERS, ke->cpu->irql, level, 0,
                  "A driver calls KeRaiseIrql to lower the IRQL.");
    KeRaiseIrql(level, before);
    vf_level_rose();
}

NT_FRAME KIRQL VfKeRaiseIrqlToDpcLevel(VOID)
{
    KIRQL before = KeRaiseIrqlToDpcLevel();

    vf_level_rose();
    return before;
}

NT_FRAME VOID VfKeLowerIrql(KIRQL level)
{
    if (level > ke->cpu->irql)
        violation(C4_LOWER_RAISES, ke->cpu->irql, level, ke_dpc_active(),
                  "A driver calls KeLowerIrql to raise the IRQL.");
    KeLowerIrql(level);
}

/* ---- Spin locks ------------------------------------------------------------------------------ */

NT_FRAME VOID VfKeInitializeSpinLock(PKSPIN_LOCK lock)
{
    begins(lock);
    KeInitializeSpinLock(lock);
}

/* A thread is about to take a spin lock. Its word is 0 or 1; zeroed memory is a free lock. */
static void wants_spin(PKSPIN_LOCK lock)
{
    if (*lock > 1 && vf_has(VF_DEADLOCK))
        deadlock(C4_UNINITIALISED, lock, 0, 0,
                 "A driver acquires a spin lock that was not initialised.", NULL, NULL);
    wants(lock);
}

NT_FRAME KIRQL VfKeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK lock)
{
    wants_spin(lock);
    KIRQL before = KeAcquireSpinLockRaiseToDpc(lock);

    takes(lock);
    return before;
}

NT_FRAME VOID VfKeReleaseSpinLock(PKSPIN_LOCK lock, KIRQL level)
{
    if (ke->cpu->irql != DISPATCH_LEVEL)
        violation(C4_SPIN_RELEASE, ke->cpu->irql, ke_address_shown(lock), 0,
                  "A driver releases a spin lock, and the IRQL is not DISPATCH_LEVEL.");
    gives(lock);
    KeReleaseSpinLock(lock, level);
}

NT_FRAME KIRQL VfKeAcquireSpinLockRaiseToSynch(PKSPIN_LOCK lock)
{
    wants_spin(lock);
    KIRQL before = KeAcquireSpinLockRaiseToSynch(lock);

    takes(lock);
    return before;
}

/* A try does not wait, so it closes no circle: it is noted only when the lock is taken. */
NT_FRAME BOOLEAN VfKeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock)
{
    BOOLEAN taken = KeTryToAcquireSpinLockAtDpcLevel(lock);

    if (taken)
        takes(lock);
    return taken;
}

NT_FRAME VOID VfKeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock)
{
    if (ke->cpu->irql < DISPATCH_LEVEL)
        violation(C4_SPIN_BELOW_DISPATCH, ke->cpu->irql, ke_address_shown(lock), 0,
                  "A driver calls KeAcquireSpinLockAtDpcLevel below DISPATCH_LEVEL.");
    wants_spin(lock);
    KeAcquireSpinLockAtDpcLevel(lock);
    takes(lock);
}

NT_FRAME VOID VfKeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK lock)
{
    gives(lock);
    KeReleaseSpinLockFromDpcLevel(lock);
}

NT_FRAME VOID VfKeAcquireInStackQueuedSpinLock(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle)
{
    KeAcquireInStackQueuedSpinLock(lock, handle);
    vf_level_rose();
}

NT_FRAME VOID VfKeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK lock,
                                                         PKLOCK_QUEUE_HANDLE handle)
{
    KeAcquireInStackQueuedSpinLockAtDpcLevel(lock, handle);
    vf_level_rose();
}

/* ---- Fast mutexes ---------------------------------------------------------------------------- */

NT_FRAME VOID VfExInitializeFastMutex(PFAST_MUTEX mutex)
{
    begins(mutex);
    ExInitializeFastMutex(mutex);
}

NT_FRAME VOID VfExAcquireFastMutex(PFAST_MUTEX mutex)
{
    if (ke->cpu->irql > APC_LEVEL)
        violation(C4_MUTEX_ACQUIRE, ke->cpu->irql, ke_address_shown(mutex), 0,
                  "A driver acquires a fast mutex above APC_LEVEL.");
    wants(mutex);
    ExAcquireFastMutex(mutex);
    takes(mutex);
}

NT_FRAME BOOLEAN VfExTryToAcquireFastMutex(PFAST_MUTEX mutex)
{
    BOOLEAN taken = ExTryToAcquireFastMutex(mutex);

    if (taken)
        takes(mutex);
    return taken;
}

NT_FRAME VOID VfExReleaseFastMutex(PFAST_MUTEX mutex)
{
    if (ke->cpu->irql != APC_LEVEL)
        violation(C4_MUTEX_RELEASE, ke->cpu->irql,
                  (uint32_t)ke_current_thread()->kernel_apc_disable, ke_address_shown(mutex),
                  "A driver releases a fast mutex, and the IRQL is not APC_LEVEL.");
    gives(mutex);
    ExReleaseFastMutex(mutex);
}

/* APCs must be off: the IRQL is APC_LEVEL, or the thread is in a critical region. */
static void check_apcs_off(const void *lock, uint32_t code, const char *rule)
{
    if (ke->cpu->irql < APC_LEVEL && !KeAreApcsDisabled())
        violation(code, ke->cpu->irql, (uint32_t)ke_current_thread()->kernel_apc_disable,
                  ke_address_shown(lock), rule);
}

NT_FRAME VOID VfExAcquireFastMutexUnsafe(PFAST_MUTEX mutex)
{
    check_apcs_off(mutex, C4_UNSAFE_ACQUIRE,
                   "A driver calls ExAcquireFastMutexUnsafe below APC_LEVEL, outside a critical "
                   "region.");
    wants(mutex);
    ExAcquireFastMutexUnsafe(mutex);
    takes(mutex);
}

NT_FRAME VOID VfExReleaseFastMutexUnsafe(PFAST_MUTEX mutex)
{
    check_apcs_off(mutex, C4_UNSAFE_RELEASE,
                   "A driver calls ExReleaseFastMutexUnsafe below APC_LEVEL, outside a critical "
                   "region.");
    gives(mutex);
    ExReleaseFastMutexUnsafe(mutex);
}

NT_FRAME VOID VfExEnterCriticalRegionAndAcquireFastMutexUnsafe(PFAST_MUTEX mutex)
{
    KeEnterCriticalRegion();
    VfExAcquireFastMutexUnsafe(mutex);
}

NT_FRAME VOID VfExReleaseFastMutexUnsafeAndLeaveCriticalRegion(PFAST_MUTEX mutex)
{
    VfExReleaseFastMutexUnsafe(mutex);
    KeLeaveCriticalRegion();
}

/* ---- Resources, waits, regions --------------------------------------------------------------- */

NT_FRAME BOOLEAN VfExAcquireResourceExclusiveLite(PERESOURCE resource, BOOLEAN wait)
{
    check_apcs_off(resource, C4_RESOURCE_ACQUIRE,
                   "A driver acquires an ERESOURCE outside a critical region.");
    return ExAcquireResourceExclusiveLite(resource, wait);
}

NT_FRAME BOOLEAN VfExAcquireResourceSharedLite(PERESOURCE resource, BOOLEAN wait)
{
    check_apcs_off(resource, C4_RESOURCE_ACQUIRE,
                   "A driver acquires an ERESOURCE outside a critical region.");
    return ExAcquireResourceSharedLite(resource, wait);
}

NT_FRAME VOID VfExReleaseResourceLite(PERESOURCE resource)
{
    check_apcs_off(resource, C4_RESOURCE_RELEASE,
                   "A driver releases an ERESOURCE outside a critical region.");
    ExReleaseResourceLite(resource);
}

/* True for a KMUTEX. A mutant of a program may be left to others by a thread that ends. */
static bool is_mutex(const void *object)
{
    const KMUTANT *mutex = object;

    return mutex->Header.Type == KE_MUTANT && mutex->ApcDisable != 0;
}

NT_FRAME VOID VfKeInitializeMutex(PRKMUTEX mutex, ULONG level)
{
    begins(mutex);
    KeInitializeMutex(mutex, level);
}

NT_FRAME LONG VfKeReleaseMutex(PRKMUTEX mutex, BOOLEAN wait)
{
    struct vf_node *node = vf_has(VF_DEADLOCK) ? node_of(mutex, false) : NULL;

    /* The node has no holder if a wait for several objects took the mutex, which is not noted. */
    if (node != NULL && node->holder == ke_current_thread() && mutex->Header.SignalState == 0)
        node->holder = NULL;
    return KeReleaseMutex(mutex, wait);
}

NT_FRAME NTSTATUS VfKeWaitForSingleObject(PVOID object, KWAIT_REASON reason, KPROCESSOR_MODE mode,
                                          BOOLEAN alertable, PLARGE_INTEGER timeout)
{
    const struct ke_thread *thread = ke_current_thread();
    /* A wait that follows a signal with Wait TRUE begins at the level before that signal. */
    KIRQL irql = thread->wait_next && !ke_dpc_active() ? thread->wait_next_irql : ke->cpu->irql;

    if (irql >= DISPATCH_LEVEL && (timeout == NULL || timeout->QuadPart != 0))
        violation(C4_WAIT_AT_DISPATCH, irql, ke_address_shown(object), ke_address_shown(timeout),
                  "A driver waits at DISPATCH_LEVEL.");
    /* The owner of a mutex may take it again. A wait that does not block closes no circle. */
    bool first = is_mutex(object) && ((PKMUTANT)object)->OwnerThread != thread;

    if (first && (timeout == NULL || timeout->QuadPart != 0))
        wants(object);
    NTSTATUS status = KeWaitForSingleObject(object, reason, mode, alertable, timeout);

    if (first && (status == STATUS_SUCCESS || status == STATUS_ABANDONED_WAIT_0))
        takes(object);
    return status;
}

NT_FRAME VOID VfKeLeaveCriticalRegion(VOID)
{
    if (ke_current_thread()->kernel_apc_disable == 0)
        violation(C4_LEAVE_OUTSIDE, 0, 0, 0,
                  "A driver leaves a critical region that it has not entered.");
    KeLeaveCriticalRegion();
}

NT_FRAME LONG VfKeSetEvent(PRKEVENT event, KPRIORITY increment, BOOLEAN wait)
{
    if (ke->cpu->irql > DISPATCH_LEVEL)
        violation(C4_SIGNAL_ABOVE_DISPATCH, ke->cpu->irql, ke_address_shown(event), 0,
                  "A driver sets an event above DISPATCH_LEVEL.");
    return KeSetEvent(event, increment, wait);
}
