/* lab.h - what the device of this lab calls, and the student writes (driver.c). */
#pragma once
#include <ntddk.h>

/* Called once, before any other. */
VOID InitializeGate(VOID);

/* A request is about to use the device. FALSE: the device is about to go, and the request may not
 * touch it. Called in any thread, at any time. */
BOOLEAN BeginRequest(VOID);

/* A request that was let in does not use the device any more. */
VOID EndRequest(VOID);

/* The device goes. Comes back when no request uses the device, and from then on none is let in.
 * Called once. */
VOID CloseGate(VOID);
