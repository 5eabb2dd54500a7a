/* fiber_switch.S - the code that switches stacks, one block per ABI.
 *
 *     void fiber_jump(void **save, void *to);
 *
 * Puts the registers a callee must preserve on the stack, the stack pointer into *save, and does
 * the reverse from `to`. No signal mask, no floating-point control words: nothing in a simulation
 * changes them. The return is a jump, because the return predictor would always be wrong.
 *
 * A new fiber's first jump arrives at fiber_first, which takes the struct fibers from a preserved
 * register and passes it to fiber_begin. fiber.c lays out the first frame to match.
 */
#if defined(__APPLE__)
#define SYMBOL(name) _##name
#else
#define SYMBOL(name) name
#endif

    .text

#if defined(__x86_64__) && defined(_WIN32)

    .globl SYMBOL(fiber_jump)
SYMBOL(fiber_jump):
    pushq %rbp
    pushq %rbx
    pushq %rdi
    pushq %rsi
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    pushq %gs:0x08                  /* The stack's limits in the thread block: base, */
    pushq %gs:0x10                  /* limit */
    pushq %gs:0x1478                /* and lowest reserved address. */
    subq $160, %rsp
    movaps %xmm6, 0(%rsp)
    movaps %xmm7, 16(%rsp)
    movaps %xmm8, 32(%rsp)
    movaps %xmm9, 48(%rsp)
    movaps %xmm10, 64(%rsp)
    movaps %xmm11, 80(%rsp)
    movaps %xmm12, 96(%rsp)
    movaps %xmm13, 112(%rsp)
    movaps %xmm14, 128(%rsp)
    movaps %xmm15, 144(%rsp)
    movq %rsp, (%rcx)
    movq %rdx, %rsp
    movaps 0(%rsp), %xmm6
    movaps 16(%rsp), %xmm7
    movaps 32(%rsp), %xmm8
    movaps 48(%rsp), %xmm9
    movaps 64(%rsp), %xmm10
    movaps 80(%rsp), %xmm11
    movaps 96(%rsp), %xmm12
    movaps 112(%rsp), %xmm13
    movaps 128(%rsp), %xmm14
    movaps 144(%rsp), %xmm15
    addq $160, %rsp
    popq %gs:0x1478
    popq %gs:0x10
    popq %gs:0x08
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rsi
    popq %rdi
    popq %rbx
    popq %rbp
    popq %rcx
    jmp *%rcx

    .globl SYMBOL(fiber_first)
SYMBOL(fiber_first):
    movq %rbx, %rcx
    subq $32, %rsp                  /* Shadow space of the callee. */
    call SYMBOL(fiber_begin)
    ud2

#elif defined(__x86_64__)

    .globl SYMBOL(fiber_jump)
    .p2align 4
SYMBOL(fiber_jump):
    .cfi_startproc
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    popq %rcx
    jmp *%rcx
    .cfi_endproc

    .globl SYMBOL(fiber_first)
SYMBOL(fiber_first):
    .cfi_startproc
    .cfi_undefined rip              /* No caller: unwinding ends here. */
    movq %rbx, %rdi
    call SYMBOL(fiber_begin)
    ud2
    .cfi_endproc

#elif defined(__aarch64__)

    .globl SYMBOL(fiber_jump)
    .p2align 4
SYMBOL(fiber_jump):
    sub sp, sp, #160
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mov x9, sp
    str x9, [x0]
    mov sp, x1
    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    br x30

    .globl SYMBOL(fiber_first)
    .p2align 4
SYMBOL(fiber_first):
    mov x0, x19
    mov x29, xzr
    bl SYMBOL(fiber_begin)
    brk #0

#endif

#if defined(__linux__) && defined(__ELF__)
    .section .note.GNU-stack, "", %progbits
#endif
