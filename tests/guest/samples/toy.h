/* toy.h - the interface between toy.c and its programs. */
#pragma once
#include <guiddef.h>

// {6f1d2c80-45a1-4b6e-9c07-2d8e51b3a964}
DEFINE_GUID(GUID_DEVINTERFACE_TOY, 0x6f1d2c80, 0x45a1, 0x4b6e, 0x9c, 0x07, 0x2d, 0x8e, 0x51, 0xb3,
            0xa9, 0x64);
/* Where the interface of the first device is; there is no SetupDi* here to look for it. */
#define TOY_LINK "\\\\.\\ROOT#TOY#0000#{6f1d2c80-45a1-4b6e-9c07-2d8e51b3a964}"

#define IOCTL_TOY_WIND   CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_WRITE_ACCESS)
#define IOCTL_TOY_BREAKS CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS)
