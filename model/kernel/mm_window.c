/* mm_window.c - see mm_window.h.
 *
 *   home (arena)  --mm_window_fault-->  window, read only  --first write-->  window, writable
 *        ^------------- leave: the bytes go back, the window's page is closed ------'
 *
 * The first access lets a page in for reading only, so the first write is noticed, too. What is
 * noticed is the page, not the bytes: the observations on foreign writes (mm_space.c) are made once
 * for each page and stay of a thread's process in the process in force. Of a page that the kernel
 * has written by a copy, later plain writes of the same stay are not noticed.
 */
#include "model/kernel/mm_window.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "sim/host/memory.h"
#include <string.h>

/* Pages in the window at one time; the oldest leaves first. */
enum { PAGES_MAX = 256 };

struct window_page {
    uint32_t address; /* Simulated, of the page. */
    bool present, writable;
    bool write_noted, read_noted;
    uint8_t **entry; /* Place in a page table that points to the page. */
    uint8_t *home;   /* Where the page lies in the arena. */
};

struct mm_window {
    struct ke_process *process, *owner; /* In force; and whose thread runs. */
    uint32_t count;
    struct window_page pages[PAGES_MAX]; /* Oldest first. */
};

void mm_window_open(void)
{
    if (ke->window != NULL || host_memory_page() > MM_PAGE)
        return;
    ke->window = arena_window(ke->sim->arena);
    ke->mm_window = arena_take(ke->sim->arena, sizeof *ke->mm_window, 64);
}

static char *host_page(const struct window_page *page) { return ke->window + page->address; }

static void leave(struct window_page *page)
{
    if (!page->present)
        return;
    memcpy(page->home, host_page(page), MM_PAGE);
    *page->entry = page->home;
    host_memory_close(host_page(page), MM_PAGE);
    page->present = page->writable = false;
}

static void forget(struct mm_window *window, uint32_t index)
{
    leave(&window->pages[index]);
    memmove(&window->pages[index], &window->pages[index + 1],
            (--window->count - index) * sizeof window->pages[0]);
}

static void enter(struct window_page *page)
{
    page->home = *page->entry;
    host_memory_open(host_page(page), MM_PAGE);
    memcpy(host_page(page), page->home, MM_PAGE);
    host_memory_read_only(host_page(page), MM_PAGE);
    *page->entry = (uint8_t *)host_page(page);
    page->present = true;
    page->writable = false;
}

static void make_writable(struct window_page *page)
{
    host_memory_open(host_page(page), MM_PAGE);
    page->writable = true;
}

static struct window_page *find(struct mm_window *window, uint32_t address)
{
    for (uint32_t i = window->count; i-- > 0;)
        if (window->pages[i].address == address)
            return &window->pages[i];
    return NULL;
}

/* The page may be in the window at another address: there it leaves. */
static void take_from_alias(struct mm_window *window, uint8_t **entry, uint32_t address)
{
    for (uint32_t i = 0; i < window->count; i++)
        if (window->pages[i].entry == entry && window->pages[i].address != address)
            leave(&window->pages[i]);
}

static struct window_page *add(struct mm_window *window, uint32_t address, uint8_t **entry)
{
    if (window->count == PAGES_MAX)
        forget(window, 0);
    struct window_page *page = &window->pages[window->count++];

    *page = (struct window_page){ .address = address, .entry = entry };
    return page;
}

bool mm_window_fault(uint32_t address, bool write)
{
    struct mm_window *window = ke->mm_window;
    uint32_t start = address & ~(uint32_t)(MM_PAGE - 1), at = start;
    struct ke_process *process;

    if (!mm_resolve(&at, &process, true))
        return false;
    uint8_t **entry = mm_page_entry(process, at);

    if (entry == NULL)
        return false;
    struct window_page *page = find(window, start);

    if (page != NULL && page->entry != entry) { /* Something else was here before. */
        forget(window, (uint32_t)(page - window->pages));
        page = NULL;
    }
    if (page != NULL && page->present && page->writable)
        return false; /* The access is allowed: the fault has another cause. */
    /* A page that is there can be read; not every host tells a write from a read. */
    write |= page != NULL && page->present;
    if (page == NULL)
        page = add(window, start, entry);
    if (!page->present) {
        take_from_alias(window, entry, start);
        enter(page);
    }
    if (write)
        make_writable(page);
    if (write ? !page->write_noted : !page->read_noted)
        mm_note_touch(process, at & ~(uint32_t)(MM_PAGE - 1), write);
    page->read_noted = true;
    page->write_noted |= write;
    return true;
}

void mm_window_enter(void)
{
    struct mm_window *window = ke->mm_window;
    const struct ke_thread *thread = ke_current_thread();

    if (window->process == thread->apc_state.Process && window->owner == thread->process)
        return;
    for (uint32_t i = window->count; i-- > 0;)
        if (window->pages[i].address < MM_SYSTEM_FIRST)
            forget(window, i);
    window->process = thread->apc_state.Process;
    window->owner = thread->process;
}

void mm_window_flush(void)
{
    while (ke->mm_window->count > 0)
        forget(ke->mm_window, ke->mm_window->count - 1);
}

void mm_window_rest(void)
{
    for (uint32_t i = 0; i < ke->mm_window->count; i++)
        leave(&ke->mm_window->pages[i]);
}

void mm_window_written(const uint8_t *page)
{
    uintptr_t address = (uintptr_t)page - (uintptr_t)ke->window;

    if (address > UINT32_MAX)
        return;
    struct window_page *in = find(ke->mm_window, (uint32_t)address);

    if (in != NULL && in->present && !in->writable)
        make_writable(in);
}
