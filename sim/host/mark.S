/* mark.S - mark_here and mark_jump (mark.h), one block per ABI, and mark_trap, an instruction that
 * the handlers of faults know (fault.h). */
#if defined(__APPLE__)
#define SYMBOL(name) _##name
#else
#define SYMBOL(name) name
#endif

    .text

#if defined(__x86_64__) && defined(_WIN32)

    .globl SYMBOL(mark_here)
SYMBOL(mark_here):
    movq %rbx, 0(%rcx)
    movq %rbp, 8(%rcx)
    movq %r12, 16(%rcx)
    movq %r13, 24(%rcx)
    movq %r14, 32(%rcx)
    movq %r15, 40(%rcx)
    leaq 8(%rsp), %rax              /* The stack pointer after the return. */
    movq %rax, 48(%rcx)
    movq (%rsp), %rax
    movq %rax, 56(%rcx)
    movq %rsi, 64(%rcx)
    movq %rdi, 72(%rcx)
    movups %xmm6, 80(%rcx)
    movups %xmm7, 96(%rcx)
    movups %xmm8, 112(%rcx)
    movups %xmm9, 128(%rcx)
    movups %xmm10, 144(%rcx)
    movups %xmm11, 160(%rcx)
    movups %xmm12, 176(%rcx)
    movups %xmm13, 192(%rcx)
    movups %xmm14, 208(%rcx)
    movups %xmm15, 224(%rcx)
    xorl %eax, %eax
    ret

    .globl SYMBOL(mark_jump)
SYMBOL(mark_jump):
    testq %r8, %r8
    cmovzq 48(%rcx), %r8
    andq $-16, %r8
    movl %edx, %eax
    movq 0(%rcx), %rbx
    movq 8(%rcx), %rbp
    movq 16(%rcx), %r12
    movq 24(%rcx), %r13
    movq 32(%rcx), %r14
    movq 40(%rcx), %r15
    movq 64(%rcx), %rsi
    movq 72(%rcx), %rdi
    movups 80(%rcx), %xmm6
    movups 96(%rcx), %xmm7
    movups 112(%rcx), %xmm8
    movups 128(%rcx), %xmm9
    movups 144(%rcx), %xmm10
    movups 160(%rcx), %xmm11
    movups 176(%rcx), %xmm12
    movups 192(%rcx), %xmm13
    movups 208(%rcx), %xmm14
    movups 224(%rcx), %xmm15
    movq %r8, %rsp
    jmp *56(%rcx)

    .globl SYMBOL(mark_trap)
SYMBOL(mark_trap):
    ud2

#elif defined(__x86_64__)

    .globl SYMBOL(mark_here)
SYMBOL(mark_here):
    movq %rbx, 0(%rdi)
    movq %rbp, 8(%rdi)
    movq %r12, 16(%rdi)
    movq %r13, 24(%rdi)
    movq %r14, 32(%rdi)
    movq %r15, 40(%rdi)
    leaq 8(%rsp), %rax              /* The stack pointer after the return. */
    movq %rax, 48(%rdi)
    movq (%rsp), %rax
    movq %rax, 56(%rdi)
    xorl %eax, %eax
    ret

    .globl SYMBOL(mark_jump)
SYMBOL(mark_jump):
    testq %rdx, %rdx
    cmovzq 48(%rdi), %rdx
    andq $-16, %rdx
    movl %esi, %eax
    movq 0(%rdi), %rbx
    movq 8(%rdi), %rbp
    movq 16(%rdi), %r12
    movq 24(%rdi), %r13
    movq 32(%rdi), %r14
    movq 40(%rdi), %r15
    movq %rdx, %rsp
    jmp *56(%rdi)

    .globl SYMBOL(mark_trap)
SYMBOL(mark_trap):
    ud2

#elif defined(__aarch64__) && !defined(_WIN32)

    .globl SYMBOL(mark_here)
SYMBOL(mark_here):
    stp x19, x20, [x0, #0]
    stp x21, x22, [x0, #16]
    stp x23, x24, [x0, #32]
    stp x25, x26, [x0, #48]
    stp x27, x28, [x0, #64]
    stp x29, x30, [x0, #80]
    mov x2, sp
    str x2, [x0, #96]
    stp d8, d9, [x0, #112]
    stp d10, d11, [x0, #128]
    stp d12, d13, [x0, #144]
    stp d14, d15, [x0, #160]
    mov w0, #0
    ret

    .globl SYMBOL(mark_jump)
SYMBOL(mark_jump):
    ldr x3, [x0, #96]
    cmp x2, #0
    csel x2, x3, x2, eq
    and x2, x2, #-16
    ldp x19, x20, [x0, #0]
    ldp x21, x22, [x0, #16]
    ldp x23, x24, [x0, #32]
    ldp x25, x26, [x0, #48]
    ldp x27, x28, [x0, #64]
    ldp x29, x30, [x0, #80]
    ldp d8, d9, [x0, #112]
    ldp d10, d11, [x0, #128]
    ldp d12, d13, [x0, #144]
    ldp d14, d15, [x0, #160]
    mov sp, x2
    mov w0, w1
    ret

    .globl SYMBOL(mark_trap)
SYMBOL(mark_trap):
    .inst 0

#elif defined(__s390x__)

    .globl SYMBOL(mark_here)
SYMBOL(mark_here):
    stmg %r6, %r15, 0(%r2)
    std %f8, 80(%r2)
    std %f9, 88(%r2)
    std %f10, 96(%r2)
    std %f11, 104(%r2)
    std %f12, 112(%r2)
    std %f13, 120(%r2)
    std %f14, 128(%r2)
    std %f15, 136(%r2)
    lghi %r2, 0
    br %r14

    .globl SYMBOL(mark_jump)
SYMBOL(mark_jump):
    lmg %r6, %r15, 0(%r2)
    ld %f8, 80(%r2)
    ld %f9, 88(%r2)
    ld %f10, 96(%r2)
    ld %f11, 104(%r2)
    ld %f12, 112(%r2)
    ld %f13, 120(%r2)
    ld %f14, 128(%r2)
    ld %f15, 136(%r2)
    ltgr %r4, %r4
    je 1f
    nill %r4, 0xfff8
    lgr %r15, %r4
1:
    lgfr %r2, %r3
    br %r14

#endif

#if defined(__linux__) && defined(__ELF__)
    .section .note.GNU-stack, "", %progbits
#endif
