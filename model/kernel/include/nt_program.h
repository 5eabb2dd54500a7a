/* nt_program.h - functions for simulated programs that Windows programs do not need: one spends the
 * time that a program's own code takes, the others reach parts of the system for which this subset
 * has no Win32 call.
 *
 * Only floor 4 includes it, after <windows.h>; the real C core does not.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Lets the calling thread compute for ns in user mode. A point. */
void nt_compute(uint64_t ns);

/* Returns nanoseconds since boot. */
uint64_t nt_time(void);

/* Names the calling thread for people ("proxy 3"). text must live as long as the thread. */
void nt_name_thread(const char *text);

/* Returns the structure that the world shares with its programs: settings and statistics
 * (model/outside/site.h). */
void *nt_site(void);

/* Writes a line to an event log. log: 0 System, 1 Application. severity: 0 information, 1 warning,
 * 2 error. */
void nt_report_event(int log, int severity, const char *source, uint32_t id, const char *format,
                     ...) __attribute__((format(printf, 5, 6)));

/* Load and unload a driver by its service name ("EXIFS"), as the service control manager does.
 * Return an NTSTATUS. The image is the one that the world has installed. */
int32_t nt_load_driver(const char *service);
int32_t nt_unload_driver(const char *service);

/* nt_load_driver with another build's file: from now on the image and the registry's value Build
 * are that build's. */
int32_t nt_load_driver_build(const char *service, const char *build);
bool nt_driver_present(const char *service); /* True while the driver object exists. */

/* DosDevices links (DefineDosDevice): a drive letter for a device. The names are "M:" and
 * "\\Device\\ExIfs". False: the letter is taken, or there is no such link. */
bool nt_define_dos_device(const char *letter, const char *target);
bool nt_remove_dos_device(const char *letter);
bool nt_query_dos_device(const char *letter, char *target, uint32_t size);

/* Registry values under a full key path. */
void nt_set_registry(const char *key, const char *name, const char *text);
bool nt_get_registry(const char *key, const char *name, char *text, uint32_t size);

/* Shuts the machine down and boots it again. Does not return. */
void nt_reboot(void);

/* Write records: the way of a message, the length of a queue, the state of a service (numbers of
 * model/outside/site.h). */
void nt_mark_arrival(uint32_t message, uint32_t bytes);
void nt_mark_delivered(uint32_t message, uint64_t latency_ns);
void nt_mark_refused(uint32_t message, uint32_t error);
void nt_mark_queue(uint32_t queue, uint32_t length);
void nt_mark_service(uint32_t service, uint32_t state);
