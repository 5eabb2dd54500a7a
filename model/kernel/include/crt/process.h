/* process.h - threads by the C library (model/kernel/crt.h). */
#pragma once
#include <stdint.h>
#include <stdlib.h> /* In quotes, the host's would not be found from there. */
uintptr_t nt_beginthreadex(void *security, unsigned stack, unsigned (*start)(void *), void *context,
                           unsigned flags, unsigned *id);
uintptr_t nt_beginthread(void (*start)(void *), unsigned stack, void *context);
void nt_endthreadex(unsigned code) __attribute__((noreturn));
#define _beginthreadex nt_beginthreadex
#define _beginthread   nt_beginthread
#define _endthreadex   nt_endthreadex
#define _endthread()   nt_endthreadex(0)
