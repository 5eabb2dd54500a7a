/* csq.h - cancel-safe queues, which <wdm.h> declares. */
#pragma once
#include "wdm.h"
