/* console_keyboard.c - the keyboard: lines from outside the machine, an interrupt each.
 *
 * Hardware like the wire (load.c), so this file talks to the kernel from below.
 */
#include "model/outside/console.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include <stdio.h>

void console_start(struct site *site)
{
    KSEMAPHORE *semaphore = ob_new(OB_SEMAPHORE, sizeof *semaphore, 0);

    KeInitializeSemaphore(semaphore, 0, 0x7fffffff);
    CHECK(NT_SUCCESS(ob_name_insert(semaphore, L"\\BaseNamedObjects\\Keyboard")));
    ob_header(semaphore)->permanent = true;
    site->console->keyboard = semaphore;
}

static void line_typed(void *arg)
{
    const struct site *site = arg;

    KeReleaseSemaphore(site->console->keyboard, EVENT_INCREMENT, 1, FALSE);
}

bool console_type(struct site *site, const char *line)
{
    struct console *console = site->console;

    if (console->typed_count - console->taken_count == TYPED_MAX)
        return false;
    snprintf(console->typed[console->typed_count++ % TYPED_MAX], ADMIN_CHARS, "%s", line);
    ke_interrupt_at(ke->sim->now, 0, line_typed, site);
    return true;
}
