/* notify.h - controls of the device Notify, for its driver and its program. */
#define IOCTL_REGISTER_EVENT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef enum { IRP_BASED = 1, EVENT_BASED } NOTIFY_TYPE;

typedef struct _REGISTER_EVENT {
    NOTIFY_TYPE Type;
    HANDLE hEvent;
    LARGE_INTEGER DueTime; // in 100 ns, relative
} REGISTER_EVENT, *PREGISTER_EVENT;

#define REGISTER_EVENT_SIZE sizeof(REGISTER_EVENT)
