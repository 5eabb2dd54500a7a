/* report_analysis.c - the analysis that an administrator would have made of the dump: !analyze -v
 * as the debugger of 2003 to 2006 prints it for a 32-bit kernel (facts/ddi-debugger.md 5.2, 5.3).
 *
 * Names on the stack are those of the functions on the simulated thread's stack, with the frames
 * that NT has between them: the system-call stub, the start of a thread. A function that NT does
 * not have is left out, as if it were compiled into its caller. Addresses of frames and code, and
 * offsets, are invented, the same for a name in every run; arguments are shown where the simulator
 * knows them, and as ???????? elsewhere. The report says so.
 */
#include "model/look/inspect.h"
#include "model/words/bugchecks.h"
#include "ui/report/report.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <xxhash.h>

enum { LINES_MAX = REPORT_FRAMES_MAX + 6, ARGUMENTS = 3 };
#define STARS "*******************************************************************************"

struct stack_line {
    char place[REPORT_PLACE_CHARS]; /* Source line of a guest's frame; "": none. */
    char name[REPORT_FRAME_CHARS];  /* Name of the frame, "module!function". */
    bool user;                      /* The frame is in user mode. */
    uint32_t known;                 /* Number of known arguments, from the first one on. */
    uint32_t argument[ARGUMENTS];
};

struct stack {
    struct stack_line lines[LINES_MAX];
    uint32_t count;
};

/* ---- Names ----------------------------------------------------------------------------------- */

static bool is_of(const char *name, const char *module)
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
    return (!is_of(name, "nt") && !is_of(name, "kernel32")) ||
           isupper((unsigned char)function_of(name)[0]);
}

/* True for code of the kernel and of kernel32, which is blamed last. */
static bool is_system(const char *name)
{
    return is_of(name, "nt") || is_of(name, "ntdll") || is_of(name, "kernel32");
}

/* ---- The stack ------------------------------------------------------------------------------- */

static struct stack_line *push_placed(struct stack *stack, const char *name, bool user,
                                      const char *place)
{
    struct stack_line *line = &stack->lines[stack->count];

    if (stack->count == LINES_MAX)
        return &stack->lines[LINES_MAX - 1];
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
static void push_border(struct stack *stack, const struct stop *stop)
{
    char stub[REPORT_FRAME_CHARS];

    push(stack, "nt!KiFastCallEntry", false);
    push(stack, "ntdll!KiFastSystemCallRet", true);
    if (stop->service != 0) {
        snprintf(stub, sizeof stub, "ntdll!%s", inspect_service_name(stop->service));
        push(stack, stub, true);
    }
}

/* Pushes the system service's own function, which some services do not have here. A stop at the end
 * of a service has left it already. */
static void push_service(struct stack *stack, const struct stop *stop)
{
    char name[REPORT_FRAME_CHARS];

    if (stop->service == 0 || stack->count < 2 ||
        strncmp(stack->lines[stack->count - 1].name, "nt!Nt", 5) == 0)
        return;
    snprintf(name, sizeof name, "nt!%s", inspect_service_name(stop->service));
    push(stack, name, false);
}

/* Number of user frames at the end of the stack, after the last kernel frame; the start of the
 * thread does not count. 0: a system thread. */
static uint32_t user_frames(char frames[][REPORT_FRAME_CHARS], uint32_t count)
{
    uint32_t users = 0;

    if (count == 0 || strcmp(frames[count - 1], "nt!PspUserThreadStartup") != 0)
        return 0;
    for (uint32_t i = count - 1; i > 0 && !is_of(frames[i - 1], "nt"); i--)
        users++;
    return users;
}

static void stack_of(const struct stop *stop, struct stack *stack)
{
    char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS];
    char places[REPORT_FRAMES_MAX][REPORT_PLACE_CHARS];
    uint32_t count = report_frames_placed(stop, frames, places), users = user_frames(frames, count);
    uint32_t kernel_end = users > 0 ? count - 1 - users : count;
    struct stack_line *line;

    stack->count = 0;
    for (uint32_t i = 0; i < kernel_end; i++)
        if (nt_has(frames[i]) && strcmp(frames[i], "nt!PspUserThreadStartup") != 0)
            push_placed(stack, frames[i], false, places[i]);
    if (users > 0) {
        push_service(stack, stop);
        push_border(stack, stop);
    }
    for (uint32_t i = kernel_end; i + 1 < count; i++)
        if (nt_has(frames[i]))
            push_placed(stack, frames[i], true, places[i]);
    if (users > 0)
        push(stack, stop->first_thread ? "kernel32!BaseProcessStart" : "kernel32!BaseThreadStart",
             true);
    else if (count > 0 && strcmp(frames[count - 1], "nt!PspSystemThreadStartup") == 0)
        push(stack, "nt!KiThreadStartup", false);
    if (stack->count == 0)
        return;
    line = &stack->lines[0]; /* KeBugCheckEx. */
    line->known = ARGUMENTS;
    line->argument[0] = stop->code;
    line->argument[1] = stop->args[0];
    line->argument[2] = stop->args[1];
    if (stack->count > 1 && strcmp(stack->lines[1].name, "nt!KeAttachProcess") == 0) {
        stack->lines[1].known = 1; /* The process to attach to. */
        stack->lines[1].argument[0] = stop->args[0];
    }
}

/* Invents a code address, the same for a name in every run: the kernel high, drivers below it,
 * programs low. */
static uint32_t code_address(const struct stack_line *line)
{
    uint32_t hash = XXH32(line->name, strlen(line->name), 0);

    if (is_of(line->name, "nt"))
        return 0xe0800000u + (hash & 0x001ffffcu);
    if (is_of(line->name, "ntdll"))
        return 0x7c820000u + (hash & 0x0000fffcu);
    if (is_of(line->name, "kernel32"))
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
    if (is_of(line->name, "ntdll"))
        return 0xc;
    return 0x11 + XXH32(line->name, strlen(line->name), 1) % 0x180;
}

static uint32_t address_in(const struct stack_line *line)
{
    return code_address(line) + offset_of(line);
}

/* Writes a name with its offset: "exifs!EnterOnce+1b", or with x = "0x" as in a stack, "+0x1b". */
static void with_offset(const struct stack_line *line, const char *x,
                        char out[REPORT_FRAME_CHARS + 16])
{
    uint32_t offset = offset_of(line);

    snprintf(out, REPORT_FRAME_CHARS + 16, offset != 0 ? "%s+%s%x" : "%s", line->name, x, offset);
}

static void print_stack(const struct report *report, const struct stack *stack)
{
    uint32_t kernel = 0xf5a1e8c0u, user = 0x0012fd88u;
    char name[REPORT_FRAME_CHARS + 16];

    fprintf(report->out, "STACK_TEXT:  \n");
    for (uint32_t i = 0; i < stack->count; i++) {
        const struct stack_line *line = &stack->lines[i];
        uint32_t *frame = line->user ? &user : &kernel;

        fprintf(report->out, "%08x %08x", *frame,
                i + 1 < stack->count ? address_in(&stack->lines[i + 1]) : 0);
        for (uint32_t k = 0; k < ARGUMENTS; k++)
            if (k < line->known)
                fprintf(report->out, " %08x", line->argument[k]);
            else
                fprintf(report->out, " ????????");
        with_offset(line, "0x", name);
        fprintf(report->out, line->place[0] != 0 ? " %s [%s]\n" : " %s%s\n", name, line->place);
        *frame += 0x28;
    }
    fprintf(report->out, "\n\n");
}

/* ---- The fields ------------------------------------------------------------------------------ */

static void print_banner(const struct report *report)
{
    fprintf(report->out, "\n%s\n*%77s*\n*%24sBugcheck Analysis%36s*\n*%77s*\n%s\n\n", STARS, "", "",
            "", "", STARS);
}

/* Prints an argument: its value, its meaning, and the process it names. */
static void print_argument(const struct report *report, uint32_t index)
{
    const struct stop *stop = &report->result->stop;
    const char *process =
        index < 2 && stop->arg_process[index].address != 0 ? stop->arg_process[index].name : NULL;

    fprintf(report->out, "Arg%u: %08x, %s%s%s\n", index + 1, stop->args[index],
            bugcheck_argument(stop->code, stop->args[0], index), process != NULL ? ": " : "",
            process != NULL ? process : "");
}

static void print_code(const struct report *report)
{
    const struct stop *stop = &report->result->stop;
    const char *text = bugcheck_text(stop->code);

    fprintf(report->out, "%s (%x)\n", bugcheck_name(stop->code), stop->code);
    if (text != NULL)
        report_wrap(report->out, text, 0, 0, 79);
    fprintf(report->out, "Arguments:\n");
    for (uint32_t i = 0; i < 4; i++)
        print_argument(report, i);
}

/* Writes a stop code as "0x5", or with its kind as "0xc2_7". */
static void code_text(const struct stop *stop, char out[32])
{
    if (bugcheck_has_kinds(stop->code))
        snprintf(out, 32, "0x%x_%x", stop->code, stop->args[0]);
    else
        snprintf(out, 32, "0x%X", stop->code);
}

/* Prints the fields that come first for a stop at a bad access. */
static void print_access(const struct report *report)
{
    const struct stop *stop = &report->result->stop;
    bool by_irql =
        stop->code == IRQL_NOT_LESS_OR_EQUAL || stop->code == DRIVER_IRQL_NOT_LESS_OR_EQUAL;
    uint32_t access = by_irql ? stop->args[2] : stop->args[1];

    if (by_irql || stop->code == PAGE_FAULT_IN_NONPAGED_AREA)
        fprintf(report->out, "%s_ADDRESS:  %08x\n\n", access != 0 ? "WRITE" : "READ",
                stop->args[0]);
    if (by_irql)
        fprintf(report->out, "CURRENT_IRQL:  %x\n\n", stop->irql);
    if (stop->code == KMODE_EXCEPTION_NOT_HANDLED ||
        stop->code == SYSTEM_THREAD_EXCEPTION_NOT_HANDLED ||
        stop->code == KERNEL_MODE_EXCEPTION_NOT_HANDLED)
        fprintf(report->out, "EXCEPTION_CODE: (NTSTATUS) 0x%08x - (simulated text) %s.\n\n",
                stop->args[0],
                stop->args[0] == 0xc0000005u ? "An access violation" : "An exception");
}

/* Index of the frame to blame: the first one outside the system, else the one below
 * KeBugCheckEx. */
static uint32_t culprit(const struct stack *stack)
{
    for (uint32_t i = 0; i < stack->count; i++)
        if (!is_system(stack->lines[i].name))
            return i;
    return stack->count > 1 ? 1 : 0;
}

/* Finds the file of the code to blame: a driver, the kernel, a program or a library of its
 * process. */
static void image_of(const struct report *report, const struct stack_line *line,
                     char out[REPORT_FRAME_CHARS + 16])
{
    int length = (int)strcspn(line->name, "!");
    const char *owner = report->result->stop.owner.name;

    if (is_of(line->name, "nt"))
        snprintf(out, REPORT_FRAME_CHARS, "%s",
                 report->scenario->cpus > 1 ? "ntkrnlmp.exe" : "ntoskrnl.exe");
    else if (!line->user)
        snprintf(out, REPORT_FRAME_CHARS + 16, "%.*s.sys", length, line->name);
    else
        snprintf(out, REPORT_FRAME_CHARS + 16, "%.*s%s", length, line->name,
                 strncmp(owner, line->name, (size_t)length) == 0 && owner[length] == '.' ? ".exe"
                                                                                         : ".dll");
}

static void print_blame(const struct report *report, const struct stack *stack, const char *code)
{
    const struct stack_line *line = &stack->lines[culprit(stack)];
    char symbol[REPORT_FRAME_CHARS + 16], image[REPORT_FRAME_CHARS + 16];
    int module = (int)strcspn(line->name, "!");

    with_offset(line, "", symbol);
    image_of(report, line, image);
    fprintf(report->out, "STACK_COMMAND:  kb\n\nFOLLOWUP_IP: \n%s\n%08x ??              ???\n\n",
            symbol, address_in(line));
    fprintf(report->out, "SYMBOL_STACK_INDEX:  %x\n\nFOLLOWUP_NAME:  MachineOwner\n\n",
            culprit(stack));
    fprintf(report->out, "SYMBOL_NAME:  %s\n\nMODULE_NAME: %.*s\n\nIMAGE_NAME:  %s\n\n", symbol,
            module, line->name, image);
    fprintf(report->out,
            "DEBUG_FLR_IMAGE_TIMESTAMP:  0\n\nFAILURE_BUCKET_ID:  %s_%s\n\nBUCKET_ID:  "
            "%s_%s\n\nFollowup: MachineOwner\n---------\n",
            code, symbol, code, symbol);
}

/* Prints what the debugger says when it opens a dump. */
static void print_opening(const struct report *report, const struct stack *stack)
{
    const struct stop *stop = &report->result->stop;
    char symbol[REPORT_FRAME_CHARS + 16], image[REPORT_FRAME_CHARS + 16];

    fprintf(report->out, "\nBugCheck %X, {%x, %x, %x, %x}\n", stop->code, stop->args[0],
            stop->args[1], stop->args[2], stop->args[3]);
    if (stack->count == 0)
        return;
    with_offset(&stack->lines[culprit(stack)], "", symbol);
    image_of(report, &stack->lines[culprit(stack)], image);
    fprintf(report->out, "\nProbably caused by : %s ( %s )\n", image, symbol);
}

void report_analysis(const struct report *report)
{
    const struct stop *stop = &report->result->stop;
    struct stack stack;
    char code[32];

    stack_of(stop, &stack);
    code_text(stop, code);
    print_opening(report, &stack);
    print_banner(report);
    print_code(report);
    fprintf(report->out, "\nDebugging Details:\n------------------\n\n\n");
    print_access(report);
    fprintf(report->out,
            "DEFAULT_BUCKET_ID:  DRIVER_FAULT\n\nBUGCHECK_STR:  %s\n\nPROCESS_NAME:  %s\n\n", code,
            stop->current.name);
    if (stop->code != IRQL_NOT_LESS_OR_EQUAL && stop->code != DRIVER_IRQL_NOT_LESS_OR_EQUAL)
        fprintf(report->out, "CURRENT_IRQL:  %x\n\n", stop->irql);
    if (stack.count > 1)
        fprintf(report->out, "LAST_CONTROL_TRANSFER:  from %08x to %08x\n\n",
                address_in(&stack.lines[1]), address_in(&stack.lines[0]));
    if (stack.count > 0) {
        print_stack(report, &stack);
        print_blame(report, &stack, code);
    }
    fprintf(report->out,
            "(simulated text: names are the functions on the simulated stack; addresses and "
            "offsets are\n"
            "invented; ???????? stands for arguments that are not known.)\n\n"
            "!thread\n  Owning Process    %08x  Image: %s\n  Attached Process  %08x  Image: %s\n",
            stop->owner.address, stop->owner.name, stop->index ? stop->current.address : 0,
            stop->index ? stop->current.name : "N/A");
}
