/* report_analysis.c - the analysis that an administrator would have made of the dump: !analyze -v
 * as the debugger of 2003 to 2006 prints it for a 32-bit kernel (facts/ddi-debugger.md 5.2, 5.3).
 *
 * Names and addresses on the stack are those of stack.h; arguments are shown where the simulator
 * knows them, and as ???????? elsewhere. The report says so.
 */
#include "model/words/bugchecks.h"
#include "ui/report/report.h"
#include "ui/report/stack.h"
#include "ui/symbols/symbols.h"
#include <string.h>

#define STARS "*******************************************************************************"

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

/* True for code of the kernel and of kernel32, which is blamed last. */
static bool is_system(const char *name)
{
    return stack_is_of(name, "nt") || stack_is_of(name, "ntdll") || stack_is_of(name, "kernel32");
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
                     char out[STACK_SYMBOL_CHARS])
{
    int length = (int)strcspn(line->name, "!");
    const char *owner = report->result->stop.owner.name;

    if (stack_is_of(line->name, "nt"))
        snprintf(out, REPORT_FRAME_CHARS, "%s",
                 report->scenario->cpus > 1 ? "ntkrnlmp.exe" : "ntoskrnl.exe");
    else if (!line->user)
        snprintf(out, STACK_SYMBOL_CHARS, "%.*s.sys", length, line->name);
    else
        snprintf(out, STACK_SYMBOL_CHARS, "%.*s%s", length, line->name,
                 strncmp(owner, line->name, (size_t)length) == 0 && owner[length] == '.' ? ".exe"
                                                                                         : ".dll");
}

/* Takes the routine that the stop names, if the stack has the program's code only. */
static void blame_routine(const struct stop *stop, const struct stack_line *line,
                          char image[STACK_SYMBOL_CHARS], char symbol[STACK_SYMBOL_CHARS])
{
    char name[REPORT_FRAME_CHARS];
    struct symbols *symbols = line->user && stop->other_count > 0 ? symbols_open() : NULL;

    if (symbols == NULL)
        return;
    if (symbols_name(symbols, stop->other_frames[0], name, sizeof name)) {
        snprintf(image, STACK_SYMBOL_CHARS, "%.*s.sys", (int)strcspn(name, "!"), name);
        snprintf(symbol, STACK_SYMBOL_CHARS, "%s", name);
    }
    symbols_close(symbols);
}

static void print_blame(const struct report *report, const struct stack *stack, const char *code)
{
    const struct stack_line *line = &stack->lines[culprit(stack)];
    char symbol[STACK_SYMBOL_CHARS], image[STACK_SYMBOL_CHARS];
    int module = (int)strcspn(line->name, "!");

    stack_symbol(line, "", symbol);
    image_of(report, line, image);
    fprintf(report->out, "STACK_COMMAND:  kb\n\nFOLLOWUP_IP: \n%s\n%08x ??              ???\n\n",
            symbol, stack_code(line));
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
    char symbol[STACK_SYMBOL_CHARS], image[STACK_SYMBOL_CHARS];

    fprintf(report->out, "\nBugCheck %X, {%x, %x, %x, %x}\n", stop->code, stop->args[0],
            stop->args[1], stop->args[2], stop->args[3]);
    if (stack->count == 0)
        return;
    stack_symbol(&stack->lines[culprit(stack)], "", symbol);
    image_of(report, &stack->lines[culprit(stack)], image);
    blame_routine(stop, &stack->lines[culprit(stack)], image, symbol);
    fprintf(report->out, "\nProbably caused by : %s ( %s )\n", image, symbol);
}

void report_analysis(const struct report *report)
{
    const struct stop *stop = &report->result->stop;
    struct stack stack;
    char code[32];

    stack_of_stop(&stack, stop);
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
                stack_code(&stack.lines[1]), stack_code(&stack.lines[0]));
    if (stack.count > 0) {
        fprintf(report->out, "STACK_TEXT:  \n");
        stack_print(report->out, &stack, STACK_ARGUMENTS, UINT32_MAX, "");
        fprintf(report->out, "\n\n");
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
