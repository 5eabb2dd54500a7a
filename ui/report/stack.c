/* stack.c - see stack.h.
 *
 * Names on a stack are those of the functions on the simulated thread's stack, with the frames that
 * NT has between them: the system-call stub, the start of a thread. A function that NT does not
 * have is left out, as if it were compiled into its caller. Addresses of frames and code, and
 * offsets, are invented, the same for a name in every run.
 */
#include "ui/report/stack.h"
#include <ctype.h>
#include <string.h>
#include <xxhash.h>

/* ---- Names ----------------------------------------------------------------------------------- */

bool stack_is_of(const char *name, const char *module)
{
    size_t length = strlen(module);

    return strncmp(name, module, length) == 0 && name[length] == '!';
}

static const char *function_of(const char *name)
{
    const char *mark = strchr(name, '!');

    return mark != NULL ? mark + 1 : name;
}

/* True if NT has this function. The simulator's own functions in the kernel and kernel32 begin with
 * a small letter. */
static bool nt_has(const char *name)
{
    return (!stack_is_of(name, "nt") && !stack_is_of(name, "kernel32")) ||
           isupper((unsigned char)function_of(name)[0]);
}

/* ---- The stack ------------------------------------------------------------------------------- */

static struct stack_line *push_placed(struct stack *stack, const char *name, bool user,
                                      const char *place)
{
    struct stack_line *line = &stack->lines[stack->count];

    if (stack->count == STACK_LINES_MAX)
        return &stack->lines[STACK_LINES_MAX - 1];
    stack->count++;
    *line = (struct stack_line){ .user = user };
    snprintf(line->name, sizeof line->name, "%.*s", REPORT_FRAME_CHARS - 1, name);
    snprintf(line->place, sizeof line->place, "%s", place);
    return line;
}

static struct stack_line *push(struct stack *stack, const char *name, bool user)
{
    return push_placed(stack, name, user, "");
}

/* Pushes the frames between a kernel function and the user's call of it. */
static void push_border(struct stack *stack, uint32_t service)
{
    char stub[REPORT_FRAME_CHARS];

    push(stack, "nt!KiFastCallEntry", false);
    push(stack, "ntdll!KiFastSystemCallRet", true);
    if (service != 0) {
        snprintf(stub, sizeof stub, "ntdll!%s", inspect_service_name(service));
        push(stack, stub, true);
    }
}

/* Pushes the system service's own function, which some services do not have here. A stop at the end
 * of a service has left it already. */
static void push_service(struct stack *stack, uint32_t service)
{
    char name[REPORT_FRAME_CHARS];

    if (service == 0 || stack->count < 2 ||
        strncmp(stack->lines[stack->count - 1].name, "nt!Nt", 5) == 0)
        return;
    snprintf(name, sizeof name, "nt!%s", inspect_service_name(service));
    push(stack, name, false);
}

/* Number of user frames at the end of the stack, after the last kernel frame; the start of the
 * thread does not count. 0: a system thread. */
static uint32_t user_frames(char frames[][REPORT_FRAME_CHARS], uint32_t count)
{
    uint32_t users = 0;

    if (count == 0 || strcmp(frames[count - 1], "nt!PspUserThreadStartup") != 0)
        return 0;
    for (uint32_t i = count - 1; i > 0 && !stack_is_of(frames[i - 1], "nt"); i--)
        users++;
    return users;
}

/* Fills a stack from frames by name, with the frames that NT has between them. */
static void fill(struct stack *stack, char frames[][REPORT_FRAME_CHARS],
                 char places[][REPORT_PLACE_CHARS], uint32_t count, uint32_t service, bool first)
{
    uint32_t users = user_frames(frames, count);
    uint32_t kernel_end = users > 0 ? count - 1 - users : count;

    stack->count = 0;
    for (uint32_t i = 0; i < kernel_end; i++)
        if (nt_has(frames[i]) && strcmp(frames[i], "nt!PspUserThreadStartup") != 0)
            push_placed(stack, frames[i], false, places[i]);
    if (users > 0) {
        push_service(stack, service);
        push_border(stack, service);
    }
    for (uint32_t i = kernel_end; i + 1 < count; i++)
        if (nt_has(frames[i]))
            push_placed(stack, frames[i], true, places[i]);
    if (users > 0)
        push(stack, first ? "kernel32!BaseProcessStart" : "kernel32!BaseThreadStart", true);
    else if (count > 0 && strcmp(frames[count - 1], "nt!PspSystemThreadStartup") == 0)
        push(stack, "nt!KiThreadStartup", false);
}

void stack_of_stop(struct stack *stack, const struct stop *stop)
{
    char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS];
    char places[REPORT_FRAMES_MAX][REPORT_PLACE_CHARS];
    uint32_t count = report_frames_placed(stop, frames, places);
    struct stack_line *line;

    fill(stack, frames, places, count, stop->service, stop->first_thread);
    if (stack->count == 0)
        return;
    line = &stack->lines[0]; /* KeBugCheckEx. */
    line->known = STACK_KNOWN_MAX;
    line->argument[0] = stop->code;
    line->argument[1] = stop->args[0];
    line->argument[2] = stop->args[1];
    if (stack->count > 1 && strcmp(stack->lines[1].name, "nt!KeAttachProcess") == 0) {
        stack->lines[1].known = 1; /* The process to attach to. */
        stack->lines[1].argument[0] = stop->args[0];
    }
}

void stack_of_thread(struct stack *stack, struct symbols *symbols,
                     const struct inspect_thread *thread, bool first)
{
    char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS];
    char places[REPORT_FRAMES_MAX][REPORT_PLACE_CHARS];
    uint32_t count =
        report_frame_names(symbols, thread->frames, thread->frame_count, frames, places);

    fill(stack, frames, places, count, thread->service, first);
}

/* Invents a code address, the same for a name in every run: the kernel high, drivers below it,
 * programs low. */
uint32_t stack_function(const struct stack_line *line)
{
    uint32_t hash = XXH32(line->name, strlen(line->name), 0);

    if (stack_is_of(line->name, "nt"))
        return 0xe0800000u + (hash & 0x001ffffcu);
    if (stack_is_of(line->name, "ntdll"))
        return 0x7c820000u + (hash & 0x0000fffcu);
    if (stack_is_of(line->name, "kernel32"))
        return 0x77e40000u + (hash & 0x000ffffcu);
    return line->user ? 0x00400000u + (hash & 0x0003fffcu) : 0xf4c10000u + (hash & 0x0001fffcu);
}

/* Offset of a frame in its function: from documents where known, else invented. */
static uint32_t offset_of(const struct stack_line *line)
{
    static const struct {
        const char *name;
        uint32_t offset;
    } documented[] = { { "nt!KeBugCheckEx", 0x1b },           { "nt!KiFastCallEntry", 0xfc },
                       { "nt!PspSystemThreadStartup", 0x2e }, { "nt!KiThreadStartup", 0x16 },
                       { "kernel32!BaseProcessStart", 0x23 }, { "kernel32!BaseThreadStart", 0x34 },
                       { "ntdll!KiFastSystemCallRet", 0 } };

    for (size_t i = 0; i < ARRAY_LEN(documented); i++)
        if (strcmp(line->name, documented[i].name) == 0)
            return documented[i].offset;
    if (stack_is_of(line->name, "ntdll"))
        return 0xc;
    return 0x11 + XXH32(line->name, strlen(line->name), 1) % 0x180;
}

uint32_t stack_code(const struct stack_line *line)
{
    return stack_function(line) + offset_of(line);
}

void stack_symbol(const struct stack_line *line, const char *x, char out[STACK_SYMBOL_CHARS])
{
    uint32_t offset = offset_of(line);

    snprintf(out, STACK_SYMBOL_CHARS, offset != 0 ? "%s+%s%x" : "%s", line->name, x, offset);
}

/* Prints the columns of a line before its symbol. */
static void print_columns(FILE *out, const struct stack *stack, uint32_t index,
                          enum stack_form form, uint32_t frame)
{
    const struct stack_line *line = &stack->lines[index];

    if (form == STACK_NUMBERS)
        fprintf(out, "%02x ", index);
    fprintf(out, "%08x %08x", frame,
            index + 1 < stack->count ? stack_code(&stack->lines[index + 1]) : 0);
    for (uint32_t k = 0; k < STACK_KNOWN_MAX && form >= STACK_ARGUMENTS; k++)
        if (k < line->known)
            fprintf(out, " %08x", line->argument[k]);
        else
            fprintf(out, " ????????");
}

void stack_print(FILE *out, const struct stack *stack, enum stack_form form, uint32_t most,
                 const char *indent)
{
    uint32_t kernel = 0xf5a1e8c0u, user = 0x0012fd88u;
    char name[STACK_SYMBOL_CHARS];

    for (uint32_t i = 0; i < stack->count && i < most; i++) {
        const struct stack_line *line = &stack->lines[i];
        uint32_t *frame = line->user ? &user : &kernel;

        fputs(indent, out);
        print_columns(out, stack, i, form, *frame);
        stack_symbol(line, "0x", name);
        fprintf(out, line->place[0] != 0 ? " %s [%s]" : " %s%s", name, line->place);
        fprintf(out, form == STACK_VERBOSE ? " (FPO: [Non-Fpo])\n" : "\n");
        *frame += 0x28;
    }
}
