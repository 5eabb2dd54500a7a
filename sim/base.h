/* base.h - the few things every floor needs.
 *
 * CHECK is an assertion about exifsim itself: on in every build, for conditions that only a bug of
 * exifsim can break. It prints the place, the condition, the simulated time and the line that runs
 * the case again, and leaves with exit code 70. A mistake of the simulated machine is a stop, a
 * mistake of the user is a returned value; neither is a CHECK.
 *
 *     CHECK(entry.at >= sim->now);
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_LEN(a)                 (sizeof(a) / sizeof((a)[0]))
#define MIN_OF(a, b)                 ((a) < (b) ? (a) : (b))
#define MAX_OF(a, b)                 ((a) > (b) ? (a) : (b))
#define CONTAINER(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#define CHECK(cond) ((cond) ? (void)0 : check_failed(#cond, __FILE__, __LINE__))

#if defined(__GNUC__)
#define NORETURN    __attribute__((noreturn))
#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#if defined(__MINGW32__) /* Without this, MinGW checks for the formats of an old C library. */
#define PRINTF_LIKE(fmt, args) __attribute__((format(gnu_printf, fmt, args)))
#else
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#endif
#else
#define NORETURN
#define LIKELY(x)   (x)
#define UNLIKELY(x) (x)
#define PRINTF_LIKE(fmt, args)
#endif

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif

/* Clears AddressSanitizer's marks on memory that is about to be reused. */
#if defined(UNDER_ASAN)
#include <sanitizer/asan_interface.h>
#define ASAN_FORGET(ptr, size) ASAN_UNPOISON_MEMORY_REGION(ptr, size)
#else
#define ASAN_FORGET(ptr, size) ((void)(ptr), (void)(size))
#endif

/* Reports a failed CHECK on stderr and ends the process with exit code 70, unless the host
 * thread has set a hook (campaigns record the run as crashed and continue; tests read the
 * message). */
NORETURN void check_failed(const char *cond, const char *file, int line);

/* Sets this host thread's hook. It is called with the finished message before the process ends
 * and may longjmp away. NULL restores the default. */
void check_hook(void (*hook)(const char *message));

/* Sets a function of this host thread that gets the bare message of a failed CHECK before anything
 * else is done. It jumps away where the failure may be a guest's. NULL: none. */
void check_catcher(void (*catcher)(const char *message));

/* Sets the line of the message that repeats the run ("exifsim run ... --seed 7"); NULL: no line.
 * Per host thread. The text is not copied. */
void check_repro(const char *line);

/* Sets the clock of the message: simulated nanoseconds; NULL: no world runs. sim_run calls it.
 * Per host thread. */
void check_clock(const uint64_t *now);

/* Fails like a CHECK, with this message: for limits, where the message names the limit to raise. */
NORETURN void check_failed_with(const char *file, int line, const char *format, ...)
    PRINTF_LIKE(3, 4);
