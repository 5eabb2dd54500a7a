/* threads.h - what threads of POSIX, which Windows' compilers bring along, do not do everywhere. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Begins a thread that takes no signals from outside: the thread that called takes them. */
bool thread_begin(pthread_t *thread, void *(*work)(void *arg), void *arg);

/* Processor time that a thread has had. False: this system does not tell. */
bool thread_spent(pthread_t thread, uint64_t *ns);
