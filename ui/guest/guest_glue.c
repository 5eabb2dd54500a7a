/* guest_glue.c - the file that is linked into every guest: a jump for each function of the doors,
 * and the structure by which the machine fills in where they go (exifsim_guest.h).
 *
 *     KeSetEvent:  exifsim_point(), then jump to exifsim_doors[17]
 *
 * So each call of a guest is a point (ke_points.h). A jump leaves no frame, so stacks show the
 * guest's function and the kernel's. The names are weak: a guest that defines one of them itself
 * has its own. In a DLL nothing is weak, and the linker takes the first definition
 * (guest_compile.c).
 */
#include "model/kernel/doors.h"
#include "model/world/guests.h"
#include "ui/guest/guest.h"
#include <string.h>

static const char beginning[] =
    "#include <exifsim_guest.h>\n"
    "#if defined(__APPLE__)\n"
    "#define NAME(name) \"_\" #name\n"
    "#define WEAK(name) \".weak_definition _\" #name \"\\n.private_extern _\" #name \"\\n\"\n"
    "#elif defined(_WIN32)\n"
    "#define NAME(name) #name\n"
    "#define WEAK(name) \"\"\n"
    "#else\n"
    "#define NAME(name) #name\n"
    "#define WEAK(name) \".weak \" #name \"\\n.hidden \" #name \"\\n.type \" #name "
    "\",%function\\n\"\n"
    "#endif\n"
    "#if defined(__ELF__)\n"
    "#define JUMPS \".section exifsim_jumps, \\\"ax\\\", %progbits\"\n"
    "extern const char __start_exifsim_jumps[], __stop_exifsim_jumps[];\n"
    "#else\n"
    "#define JUMPS \".text\"\n"
    "#define __start_exifsim_jumps 0\n"
    "#define __stop_exifsim_jumps  0\n"
    "#endif\n"
    "#if defined(_WIN32)\n"
    "#define HIDDEN __attribute__((used))\n"
    "#define SHOWN __attribute__((dllexport))\n"
    "#define WEAK_DATA\n"
    "HIDDEN int exifsim_loaded(void *module, unsigned why, void *more) { return 1; }\n"
    "#else\n"
    "#define HIDDEN __attribute__((visibility(\"hidden\"), used))\n"
    "#define SHOWN __attribute__((visibility(\"default\")))\n"
    "#define WEAK_DATA __attribute__((weak))\n"
    "#endif\n"
    "HIDDEN void *exifsim_doors[];\n"
    "HIDDEN void (*exifsim_point)(void);\n";

/* Each jump, and what lies before all of them: the registers of a call's arguments are kept while
 * the point is called. */
static const char jumps[] =
    "#if defined(__x86_64__) && defined(_WIN32)\n"
    "#define JUMP(n) \"movq exifsim_doors+8*\" #n \"(%rip), %r11\\njmp exifsim_enter\\n\"\n"
    "__asm__(JUMPS \"\\nexifsim_enter:\\npushq %rbp\\nmovq %rsp, %rbp\\n\"\n"
    "        \"pushq %rcx\\npushq %rdx\\npushq %r8\\npushq %r9\\npushq %rax\\npushq %r11\\n\"\n"
    "        \"subq $32, %rsp\\ncall *exifsim_point(%rip)\\naddq $32, %rsp\\n\"\n"
    "        \"popq %r11\\npopq %rax\\npopq %r9\\npopq %r8\\npopq %rdx\\npopq %rcx\\npopq "
    "%rbp\\n\"\n"
    "        \"jmp *%r11\\n\");\n"
    "#elif defined(__x86_64__)\n"
    "#define JUMP(n) \"movq \" NAME(exifsim_doors) \"+8*\" #n \"(%rip), %r11\\n\" \\\n"
    "    \"jmp exifsim_enter\\n\"\n"
    "__asm__(JUMPS \"\\n.type exifsim_enter, @function\\nexifsim_enter:\\n\"\n"
    "        \"pushq %rbp\\nmovq %rsp, %rbp\\n\"\n"
    "        \"pushq %rdi\\npushq %rsi\\npushq %rdx\\npushq %rcx\\npushq %r8\\npushq %r9\\n\"\n"
    "        \"pushq %rax\\npushq %r11\\n\"\n"
    "        \"call *\" NAME(exifsim_point) \"(%rip)\\n\"\n"
    "        \"popq %r11\\npopq %rax\\n\"\n"
    "        \"popq %r9\\npopq %r8\\npopq %rcx\\npopq %rdx\\npopq %rsi\\npopq %rdi\\npopq "
    "%rbp\\n\"\n"
    "        \"jmp *%r11\\n.size exifsim_enter, . - exifsim_enter\\n\");\n"
    "#elif defined(__aarch64__)\n"
    "#if defined(__APPLE__)\n"
    "#define AT(name) \"adrp x16, _\" #name \"@PAGE\\nadd x16, x16, _\" #name \"@PAGEOFF\\n\"\n"
    "#else\n"
    "#define AT(name) \"adrp x16, \" #name \"\\nadd x16, x16, :lo12:\" #name \"\\n\"\n"
    "#endif\n"
    "#define JUMP(n) AT(exifsim_doors) \"ldr x17, [x16, #8*\" #n \"]\\nb exifsim_enter\\n\"\n"
    "__asm__(\".text\\nexifsim_enter:\\n\"\n"
    "        \"stp x29, x30, [sp, #-112]!\\nmov x29, sp\\nstp x0, x1, [sp, #16]\\n\"\n"
    "        \"stp x2, x3, [sp, #32]\\nstp x4, x5, [sp, #48]\\nstp x6, x7, [sp, #64]\\n\"\n"
    "        \"stp x8, x17, [sp, #80]\\n\" AT(exifsim_point) \"ldr x16, [x16]\\nblr x16\\n\"\n"
    "        \"ldp x8, x17, [sp, #80]\\nldp x6, x7, [sp, #64]\\nldp x4, x5, [sp, #48]\\n\"\n"
    "        \"ldp x2, x3, [sp, #32]\\nldp x0, x1, [sp, #16]\\nldp x29, x30, [sp], #112\\n\"\n"
    "        \"br x17\\n\");\n"
    "#elif defined(__s390x__)\n"
    "#define JUMP(n) \"larl %r1, exifsim_doors\\nlg %r1, 8*\" #n \"(%r1)\\njg exifsim_enter\\n\"\n"
    "__asm__(\".text\\nexifsim_enter:\\n\"\n"
    "        \"aghi %r15, -240\\nstmg %r1, %r6, 160(%r15)\\nstg %r14, 208(%r15)\\n\"\n"
    "        \"larl %r1, exifsim_point\\nlg %r1, 0(%r1)\\nbasr %r14, %r1\\n\"\n"
    "        \"lg %r14, 208(%r15)\\nlmg %r1, %r6, 160(%r15)\\naghi %r15, 240\\nbr %r1\\n\");\n"
    "#elif !defined(__wasm__)\n"
    "#error \"no jump is known for this processor\"\n"
    "#endif\n"
    "#if defined(__wasm__)\n"
    "#define DOOR(n, name) /* A jump there needs the function's type: ui/web/guest_cc.mjs. */\n"
    "#else\n"
    "#define DOOR(n, name) \\\n"
    "    __asm__(JUMPS \"\\n.globl \" NAME(name) \"\\n\" WEAK(name) NAME(name) \":\\n\" "
    "JUMP(n));\n"
    "#endif\n";

/* The functions that a compiler calls before each access when it was told to (-fsanitize=thread).
 * In WebAssembly it always is, for there a fault must be seen before it happens. */
static const char accesses[] =
    "void nt_access(const volatile void *address, unsigned bytes, int write);\n"
    "#if defined(__wasm__)\n"
    "void exifsim_touch(const volatile void *address, unsigned bytes, int write);\n"
    "#define TOLD(at, bytes, write) (AT_MEMORY ? nt_access(at, bytes, write) : (void)0, \\\n"
    "                                exifsim_touch(at, bytes, write))\n"
    "#else\n"
    "#define TOLD(at, bytes, write) nt_access(at, bytes, write)\n"
    "#endif\n"
    "#define ACCESS(bytes) \\\n"
    "    void __tsan_read##bytes(void *at) { TOLD(at, bytes, 0); } \\\n"
    "    void __tsan_write##bytes(void *at) { TOLD(at, bytes, 1); } \\\n"
    "    void __tsan_volatile_read##bytes(void *at) { TOLD(at, bytes, 0); } \\\n"
    "    void __tsan_volatile_write##bytes(void *at) { TOLD(at, bytes, 1); } \\\n"
    "    void __tsan_unaligned_read##bytes(void *at) { TOLD(at, bytes, 0); } \\\n"
    "    void __tsan_unaligned_write##bytes(void *at) { TOLD(at, bytes, 1); }\n"
    "ACCESS(1) ACCESS(2) ACCESS(4) ACCESS(8) ACCESS(16)\n"
    "void __tsan_read_range(void *at, unsigned long bytes) { TOLD(at, (unsigned)bytes, 0); }\n"
    "void __tsan_write_range(void *at, unsigned long bytes) { TOLD(at, (unsigned)bytes, 1); "
    "}\n"
    "void __tsan_func_entry(void *at) { (void)at; }\n"
    "void __tsan_func_exit(void) {}\n"
    "void __tsan_init(void) {}\n";

/* Drivers have no functions of windows.h; both have the C library's. */
static bool belongs(const struct door *door, enum door_kind kind, bool is_program)
{
    return door->kind == kind &&
           (is_program || !door->for_programs || strncmp(door->name, "nt_", 3) == 0);
}

/* Writes each name of a kind between two texts. */
static void write_list(FILE *out, enum door_kind kind, bool is_program, const char *before,
                       const char *behind)
{
    uint32_t count;
    const struct door *doors = doors_all(&count);

    for (uint32_t i = 0; i < count; i++)
        if (belongs(&doors[i], kind, is_program))
            fprintf(out, "%s%s%s\n", before, doors[i].name, behind);
}

static void write_variables(FILE *out, bool is_program)
{
    uint32_t count;
    const struct door *doors = doors_all(&count);

    for (uint32_t i = 0; i < count; i++)
        if (belongs(&doors[i], DOOR_VARIABLE, is_program))
            fprintf(out, "WEAK_DATA __attribute__((aligned(16))) char %s[%zu];\n", doors[i].name,
                    doors[i].size);
}

static void write_jumps(FILE *out, bool is_program, bool is_exifs)
{
    uint32_t count, n = 0;
    const struct door *doors = doors_all(&count);

    for (uint32_t i = 0; i < count; i++)
        if (belongs(&doors[i], DOOR_FUNCTION, is_program))
            fprintf(out, "DOOR(%u, %s)\n", n++, doors[i].name);
    for (uint32_t i = 0; is_exifs && guest_exifs_part(i) != NULL; i++)
        fprintf(out, "DOOR(%u, %s)\n", n++, guest_exifs_part(i));
}

void guest_write_glue(FILE *out, bool is_program, bool is_exifs)
{
    fputs(beginning, out);
    write_variables(out, is_program);
    fputs("static const char *const doors[] = {\n", out);
    write_list(out, DOOR_FUNCTION, is_program, "    \"", "\",");
    for (uint32_t i = 0; is_exifs && guest_exifs_part(i) != NULL; i++)
        fprintf(out, "    \"%s\",\n", guest_exifs_part(i));
    fputs("};\nvoid *exifsim_doors[sizeof doors / sizeof *doors];\nvoid (*exifsim_point)(void);\n"
          "static const char *const variables[] = {\n",
          out);
    write_list(out, DOOR_VARIABLE, is_program, "    \"", "\",");
    fputs("    0,\n};\nstatic void *const places[] = {\n", out);
    write_list(out, DOOR_VARIABLE, is_program, "    (void *)", ",");
    fputs("    0,\n};\nstatic const unsigned sizes[] = {\n", out);
    write_list(out, DOOR_VARIABLE, is_program, "    sizeof ", ",");
    fputs("    0,\n};\n", out);
    fputs(jumps, out);
    write_jumps(out, is_program, is_exifs);
    fputs(accesses, out);
    if (is_program)
        fputs("#ifdef VOID_MAIN\n"
              "extern void guest_void_main(int, char **);\n"
              "HIDDEN int guest_main(int count, char **words)\n"
              "{\n    guest_void_main(count, words);\n    return 0;\n}\n"
              "#else\nextern int guest_main(int, char **) __attribute__((weak));\n#endif\n"
              "extern int guest_wmain(int, __WCHAR_TYPE__ **) __attribute__((weak));\n",
              out);
    else
        fputs("extern int DriverEntry(void *, void *) __attribute__((weak));\n", out);
    fprintf(
        out,
        "SHOWN struct exifsim_guest exifsim_guest = {\n"
        "    EXIFSIM_GUEST_VERSION, sizeof doors / sizeof *doors,\n"
        "    sizeof variables / sizeof *variables - 1, doors, exifsim_doors, variables, places,\n"
        "    sizes,\n"
        "    &exifsim_point,\n"
        "    %s\n};\n",
        is_program ? "0, guest_main, guest_wmain, __start_exifsim_jumps, __stop_exifsim_jumps"
                   : "DriverEntry, 0, 0, __start_exifsim_jumps, __stop_exifsim_jumps");
}
