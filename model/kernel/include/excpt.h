/* excpt.h - structured exceptions for gcc and clang: __try, __except, __finally, __leave.
 *
 *     __try { ProbeForRead(p, 4, 1); value = *p; }
 *     __except (EXCEPTION_EXECUTE_HANDLER) { status = GetExceptionCode(); }
 *
 * Semantics: facts/ddi.md 1.5. A filter runs while the frames of the fault still exist. A __finally
 * body runs when the __try body ends, when an exception passes, and when the body is left by
 * return, goto, break or continue (AbnormalTermination() is TRUE then). With _KERNEL_MODE defined,
 * as Microsoft's compiler does for drivers, `try`, `except`, `finally` and `leave` exist, too.
 *
 * __try opens a block that holds a frame; __except and __finally close it and begin the handler:
 *
 *     if (mark_here() == 0) { frame; { body } done; } if (arrived && filter) { handler }
 *     if (mark_here() == 0) { frame; { body } done; } for (once) { finally body }
 *
 * The kernel enters a function again at mark_here, for a filter and for a __finally body on the
 * stack of the code that it interrupts. So code with __try is compiled with -O0 and with frame
 * pointers. An `else` may not follow a handler, unless braces stand around __try and handler.
 */
#pragma once
#include "ntdef.h"

#define EXCEPTION_EXECUTE_HANDLER    1
#define EXCEPTION_CONTINUE_SEARCH    0
#define EXCEPTION_CONTINUE_EXECUTION (-1)
#define EXCEPTION_NONCONTINUABLE     1u
#define EXCEPTION_MAXIMUM_PARAMETERS 15

typedef struct _EXCEPTION_RECORD {
    DWORD ExceptionCode, ExceptionFlags;
    struct _EXCEPTION_RECORD *ExceptionRecord;
    PVOID ExceptionAddress;
    DWORD NumberParameters;
    ULONG_PTR ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS];
} EXCEPTION_RECORD, *PEXCEPTION_RECORD;

typedef struct _CONTEXT CONTEXT, *PCONTEXT; /* Never filled in here. */
typedef struct _EXCEPTION_POINTERS {
    PEXCEPTION_RECORD ExceptionRecord;
    PCONTEXT ContextRecord; /* NULL. */
} EXCEPTION_POINTERS, *PEXCEPTION_POINTERS;

/* ---- The parts of the words; called by the macros only --------------------------------------- */
struct _SEH_FRAME {
    void *Mark[32];
    struct _SEH_FRAME *Up;       /* The next outer frame of the thread. */
    volatile unsigned char Done; /* The body has come to its end. */
    volatile unsigned char Kernel, Finally;
    volatile int Never; /* Zero. */
};
struct _SEH_FINALLY {
    int Once, Abnormal, How;
    void *Goal; /* The frame whose handler an exception goes to, or the code that was left. */
    EXCEPTION_RECORD Record;
};

int mark_here(void **mark) __attribute__((returns_twice));
void **_seh_mark(void);
void _seh_enter(struct _SEH_FRAME *frame);
void _seh_exit(struct _SEH_FRAME *frame);
int _seh_arrived(int at_handler);
int _seh_filtered(int verdict);
struct _SEH_FINALLY _seh_finally(void);
void _seh_finally_end(struct _SEH_FINALLY *finally);
void _seh_leave(struct _SEH_FRAME *frame) __attribute__((noreturn));
ULONG _seh_code(void);
PEXCEPTION_POINTERS _seh_information(void);

#define __try                                                          \
    if (mark_here(_seh_mark()) == 0) {                                 \
        __attribute__((cleanup(_seh_exit))) struct _SEH_FRAME _seh_;   \
        _seh_enter(&_seh_);                                            \
        if (_seh_.Never) /* Makes the compiler use a frame pointer. */ \
            *(volatile char *)__builtin_alloca(1) = 0;
/* clang-format knows the next word, and would make it a macro without parameters. */
/* clang-format off */
#define __except(filter) \
    _seh_.Done = 1;      \
    }                    \
    if (_seh_arrived(0) && (_seh_arrived(1) || _seh_filtered(filter)))
/* clang-format on */
#define __finally                                                                     \
    _seh_.Done = 1;                                                                   \
    }                                                                                 \
    for (struct _SEH_FINALLY _seh_finally_ = _seh_finally(); _seh_finally_.Once != 0; \
         _seh_finally_end(&_seh_finally_))
#define __leave _seh_leave(&_seh_)
#define GetExceptionCode()        _seh_code()
#define GetExceptionInformation() _seh_information()
#define AbnormalTermination()     (_seh_finally_.Abnormal)
#define exception_code            GetExceptionCode
#define exception_info            GetExceptionInformation
#define abnormal_termination      AbnormalTermination
#if defined(_KERNEL_MODE)
#define try     __try
#define except  __except
#define finally __finally
#define leave   __leave
#endif
