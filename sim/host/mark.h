/* mark.h - marks a place of a running function, and jumps back to it.
 *
 * Like setjmp and longjmp, with one addition: the jump may keep the stack that is in use, so that
 * the marked function runs on for a while, with its own frame, while the frames of the functions
 * that it called still exist. Exception filters need that: they run before anything is unwound.
 *
 *     if (mark_here(mark) == 0) ... else ...          // arrived by mark_jump
 *
 * A function that is entered in this way must address its variables by a frame pointer. There is
 * code for x86-64 (System V and Windows), AArch64 and s390x. AddressSanitizer is not told about the
 * jumps by this file.
 */
#pragma once

enum { MARK_WORDS = 32 };

/* Keeps the registers of the caller, which must not return while the mark may be jumped to. Returns
 * 0, and later the value of the jump. */
int mark_here(void **mark) __attribute__((returns_twice));

/* Goes on where the mark was made. stack: the stack pointer to use there; NULL: the mark's own. */
void mark_jump(void **mark, int value, void *stack) __attribute__((noreturn));

/* The stack pointer that a mark keeps: everything above it is in use by the marked function. */
static inline void *mark_stack(void **mark)
{
#if defined(__aarch64__)
    return mark[12];
#elif defined(__s390x__)
    return mark[9];
#else
    return mark[6];
#endif
}
