/* vf.h - Driver Verifier: checks of chosen drivers that a kernel does not make of all.
 *
 * As on Windows, a verified driver is bound to other functions than the rest: its call of
 * KeAcquireSpinLock lands in VfKeAcquireSpinLockRaiseToDpc, which checks and then does the real
 * thing (verifier.def). The kernel asks in a few places more (vf_dispatch_*, vf_unloaded). Which
 * driver calls is told by the return address. facts/ddi.md 3 and 4: codes and what each option of
 * 2003 does.
 *
 *     void *function = vf_replacement("KeSetEvent");     // NULL: the driver gets the usual one
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/words/limits.h"
#include "model/words/verifier.h"
#include "sim/base.h"

/* Starts the verifier of this kernel; later calls do nothing. */
void vf_start(const struct vf_settings *settings, uint64_t seed);
/* Makes a driver verified: its name and the memory of its image. */
void vf_add_driver(const char *name, const void *base, size_t size);

/* What a verified driver is bound to in place of a function of the doors; NULL: that function. */
void *vf_replacement(const char *door);

/* ---- Called by the kernel; each does nothing without verified drivers ------------------------ */
/* A driver's dispatch routine is about to be called, and has returned `status`. */
struct vf_dispatch {
    struct vf_dispatch *next; /* Other calls in progress, of any thread. */
    PIRP irp;
    PIO_STACK_LOCATION location; /* The driver's. */
    PDEVICE_OBJECT device;
    PDRIVER_DISPATCH routine;
    KIRQL irql;
    bool completed, passed, pending; /* pending: marked so when it was completed. */
    NTSTATUS status;                 /* With which it was completed. */
};
void vf_dispatch_begins(struct vf_dispatch *call, PDEVICE_OBJECT device, PIRP irp);
void vf_dispatch_ends(struct vf_dispatch *call, NTSTATUS status);
/* An IRP is being completed, or passed to another driver. */
void vf_irp_completes(PIRP irp);
void vf_irp_passed(PIRP irp);
/* DriverUnload of a driver has returned. */
void vf_unloaded(PDRIVER_OBJECT driver);
/* The running thread ends. There is a ke->vf. */
void vf_thread_ends(void);

/* A pool block is freed, by whomever. */
void vf_pool_freed(const void *start);

/* Special pool (vf_special.c; ex_pool_inside.h has the rest). The simulated address of a byte of
 * it, in use or freed; 0: it is none. */
uint32_t vf_special_place(const void *byte);
/* A page of it was touched that the host has closed. True: it may be touched, and is open now. */
bool vf_special_mend(const void *at);
/* Stops for a touch that was not mended; returns if the address is not of special pool. */
void vf_special_touched(uint32_t address, bool write, const void *instruction);
/* The level of this processor may have fallen below DISPATCH_LEVEL. */
void vf_level_fell(void);
/* Other code runs on the processor in force now, or another processor's. */
void vf_arrived(void);
/* A run begins or goes on. */
void vf_entered(void);

/* ---- Between the vf_ files ------------------------------------------------------------------- */
enum { VF_DRIVERS_MAX = 12, VF_FRAMES_MAX = 12, VF_BUCKETS = 1024 };

struct vf_driver {
    const char *name;
    const char *base;
    size_t size;
    uint32_t allocations, failed; /* So far. */
};

struct vf_stack { /* Host return addresses, innermost first. */
    void *frames[VF_FRAMES_MAX];
    uint32_t count;
};

struct vf_state {
    struct vf_settings settings;
    struct vf_driver drivers[VF_DRIVERS_MAX];
    uint32_t driver_count;
    struct vf_dispatch *dispatches;
    struct vf_pool *pool;
    struct vf_locks *locks;
    struct vf_luck *luck;
    struct vf_special *special;
};

/* The verified driver whose code has called, by its return address; NULL: none. */
struct vf_driver *vf_driver_of(const void *return_address);
bool vf_has(enum vf_option option);
void vf_keep_stack(struct vf_stack *stack);

/* Stops the machine. rule: one sentence, what was broken. other: what the second stack is, such as
 * "allocated by"; NULL: there is none. */
NORETURN void vf_stop(uint32_t code, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4,
                      const char *rule, const char *other, const struct vf_stack *stack);

/* True if such a block of a verified driver has pages of its own. */
bool vf_special_wants(POOL_TYPE type, size_t bytes);
/* Notes the stack of a block's allocation, if the block has. */
void vf_special_allocated(const void *start, const struct vf_stack *stack);
/* A verified driver has raised the level, perhaps to DISPATCH_LEVEL. */
void vf_level_rose(void);
/* True if this allocation of a driver fails (vf_luck.c). */
bool vf_unlucky(struct vf_driver *driver);
void vf_luck_start(uint64_t seed);
/* Memory is freed: forgets the locks that lie in it, none of which may be held (vf_locks.c). */
void vf_locks_go(const void *start, size_t bytes);
