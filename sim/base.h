/* base.h - the few things every floor needs.
 *
 * CHECK is our own assertion: on in every build, for what only a fault of ours can break. It prints
 * the place, the condition, the simulated time and the line that runs the case again, and leaves
 * with exit code 70. What the simulated machine does wrong is a stop, what the user does wrong is a
 * value; neither belongs in a CHECK.
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
#if defined(__MINGW32__) /* MinGW checks for an old C library's formats otherwise. */
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

/* Memory that will hold other things from here on: what AddressSanitizer knew of it is void. */
#if defined(UNDER_ASAN)
#include <sanitizer/asan_interface.h>
#define ASAN_FORGET(ptr, size) ASAN_UNPOISON_MEMORY_REGION(ptr, size)
#else
#define ASAN_FORGET(ptr, size) ((void)(ptr), (void)(size))
#endif

/* A CHECK did not hold: says so on stderr and ends the process with exit code 70, unless the host
 * thread has set a hook (campaigns record the run as crashed and go on; tests look at the
 * message). */
NORETURN void check_failed(const char *cond, const char *file, int line);

/* Called with the finished message before the process ends; may longjmp away. NULL restores the
 * default. */
void check_hook(void (*hook)(const char *message));

/* Sets the line that check_failed adds to its message, which names the run ("exifsim run ...
 * --seed 7"), or NULL. Kept by pointer, per host thread. */
void check_repro(const char *line);

/* Simulated time for the message, in nanoseconds; NULL: no world runs. sim_run sets it. Per host
 * thread. */
void check_clock(const uint64_t *now);

/* Fails like a CHECK with a message of its own: for limits, which name what to raise. */
NORETURN void check_failed_with(const char *file, int line, const char *format, ...)
    PRINTF_LIKE(3, 4);
