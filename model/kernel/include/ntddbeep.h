/* ntddbeep.h - I/O controls of the beep device. */
#pragma once
#include "ntdef.h"

#define DD_BEEP_DEVICE_NAME_U  L"\\Device\\Beep"
#define IOCTL_BEEP_SET         CTL_CODE(FILE_DEVICE_BEEP, 0, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define BEEP_FREQUENCY_MINIMUM 0x25
#define BEEP_FREQUENCY_MAXIMUM 0x7FFF

typedef struct _BEEP_SET_PARAMETERS {
    ULONG Frequency, Duration; /* Hertz, milliseconds. */
} BEEP_SET_PARAMETERS, *PBEEP_SET_PARAMETERS;
