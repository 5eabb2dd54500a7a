/* threads.h - in WebAssembly's build each file begins with this.
 *
 * Variables of a thread lie in a section of their own, which ui/host/threads_wasm.c exchanges when
 * another thread has its turn. What POSIX has for threads is there, too, under names that
 * Emscripten's library does not have already. */
#pragma once
#define _Thread_local __attribute__((section("thread_locals")))
#define pthread_create         turns_create
#define pthread_join           turns_join
#define pthread_self           turns_self
#define pthread_mutex_init     turns_mutex_init
#define pthread_mutex_lock     turns_mutex_lock
#define pthread_mutex_trylock  turns_mutex_trylock
#define pthread_mutex_unlock   turns_mutex_unlock
#define pthread_mutex_destroy  turns_mutex_destroy
#define pthread_cond_init      turns_cond_init
#define pthread_cond_destroy   turns_cond_destroy
#define pthread_cond_wait      turns_cond_wait
#define pthread_cond_timedwait turns_cond_timedwait
#define pthread_cond_signal    turns_cond_signal
#define pthread_cond_broadcast turns_cond_broadcast
