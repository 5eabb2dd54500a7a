/* http_worker.h - w3wp.exe answers what http.sys hands it. Include after <windows.h>. */
#pragma once

/* Starts the threads that take requests, in a machine that has http.sys. */
void http_requests_start(void);
