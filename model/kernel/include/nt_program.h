/* nt_program.h - what a simulated program needs and no Windows program does: saying how long its
 * own code takes, and talking to the parts of the system that have no Win32 call in this house's
 * subset.
 *
 * Only floor 4 includes it, after <windows.h>; the real C core does not.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* The calling thread computes for ns in user mode. A point. */
void nt_compute(uint64_t ns);

/* Nanoseconds since boot. */
uint64_t nt_time(void);

/* Names the calling thread for people ("proxy 3"). text must live as long as the thread. */
void nt_name_thread(const char *text);

/* What the world handed to its programs: settings and statistics (model/outside/site.h). */
void *nt_site(void);

/* Event logs. log: 0 System, 1 Application. severity: 0 information, 1 warning, 2 error. */
void nt_report_event(int log, int severity, const char *source, uint32_t id, const char *format,
                     ...) __attribute__((format(printf, 5, 6)));

/* Drivers by service name ("EXIFS"), as the service control manager starts and stops them. Returns
 * an NTSTATUS. The image is the one the world has installed. */
int32_t nt_load_driver(const char *service);
int32_t nt_unload_driver(const char *service);

/* The same after another build's file was put in place: the image and the registry's Build are that
 * build's from here on. */
int32_t nt_load_driver_build(const char *service, const char *build);
bool nt_driver_present(const char *service); /* The driver object still exists. */

/* DosDevices links (DefineDosDevice): a drive letter for a device. The names are "M:" and
 * "\\Device\\ExIfs". False: the letter is taken, or there is no such link. */
bool nt_define_dos_device(const char *letter, const char *target);
bool nt_remove_dos_device(const char *letter);
bool nt_query_dos_device(const char *letter, char *target, uint32_t size);

/* Registry values under a full key path. */
void nt_set_registry(const char *key, const char *name, const char *text);
bool nt_get_registry(const char *key, const char *name, char *text, uint32_t size);

/* The machine is shut down and boots again. The caller goes no further. */
void nt_reboot(void);

/* Marks in the trace: a message's way, the length of a queue, the state of a service (numbers of
 * model/outside/site.h). */
void nt_mark_arrival(uint32_t message, uint32_t bytes);
void nt_mark_delivered(uint32_t message, uint64_t latency_ns);
void nt_mark_refused(uint32_t message, uint32_t error);
void nt_mark_queue(uint32_t queue, uint32_t length);
void nt_mark_service(uint32_t service, uint32_t state);
