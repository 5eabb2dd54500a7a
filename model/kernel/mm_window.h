/* mm_window.h - the window: 4 GiB of host addresses in which guests touch simulated memory plainly.
 *
 * The host reserves the window when a guest is loaded, at a multiple of 4 GiB, so the low 32 bits
 * of a pointer into it are the simulated address. Nothing is mapped there at first. An access
 * faults (ke_fault.c), and mm_window_fault brings the page in. A page is in one place at a time:
 * its bytes move to the window, and the page table points to them there, so copies by address
 * (mm_space.c) and plain accesses see the same bytes and cost what they did.
 *
 *     return mm_pointer(base);                          // what VirtualAlloc gives to a program
 *
 * Pages of user addresses leave when another process comes into force, and when another process'
 * thread runs in the same one. All pages go home at the end of sim_run, so snapshots and onlookers
 * find them there; the list remembers them, so a run makes the same records wherever it is cut.
 */
#pragma once
#include "model/kernel/mm.h"

/* Reserves the window. A host with larger pages than 4 KiB has none: there guests reach simulated
 * memory by copies only. */
void mm_window_open(void);

/* Pointer for a guest to a simulated address: into the window if there is one. NULL stays NULL. */
static inline PVOID mm_pointer(uint32_t address)
{
    return address != 0 ? (PVOID)((uintptr_t)ke->window + address) : NULL;
}

/* The same for a pointer that may be a host's. */
static inline PVOID mm_pointer_of(PVOID any)
{
    return mm_is_simulated(any) ? mm_pointer((uint32_t)(uintptr_t)any) : any;
}

/* Brings in the page of an address, or makes it writable. False: there is no such page. */
bool mm_window_fault(uint32_t address, bool write);
/* The running code has changed: user pages of another process leave. */
void mm_window_enter(void);
/* Sends all pages home and forgets them. */
void mm_window_flush(void);
/* Sends all pages home; they come in again as they were. */
void mm_window_rest(void);
/* The kernel writes to a page by a host pointer, which may lie in the window. */
void mm_window_written(const uint8_t *page);

/* ---- Between mm_window.c, mm_space.c and mm_copy.c ------------------------------------------- */
/* Turns a system address into the user address behind it. False: nothing is mapped there. Whole
 * pages are mapped, as on NT; copies by address keep to the bytes that the MDL describes. */
bool mm_resolve(uint32_t *address, struct ke_process **process, bool whole_pages);
/* Place in a page table where the page of an address is noted; the page is made if there is none.
 * NULL: no region covers the address. */
uint8_t **mm_page_entry(struct ke_process *process, uint32_t address);
/* Observations (mm_space.c) on a page that is touched plainly. */
void mm_note_touch(struct ke_process *process, uint32_t page, bool write);
