/* wdm_flags.h - flags of requests, files and stack locations. <wdm.h> includes this.
 */
#pragma once

/* IRP.Flags. */
#define IRP_NOCACHE                0x00000001u
#define IRP_PAGING_IO              0x00000002u
#define IRP_MOUNT_COMPLETION       0x00000002u
#define IRP_SYNCHRONOUS_API        0x00000004u
#define IRP_ASSOCIATED_IRP         0x00000008u
#define IRP_BUFFERED_IO            0x00000010u
#define IRP_DEALLOCATE_BUFFER      0x00000020u
#define IRP_INPUT_OPERATION        0x00000040u
#define IRP_SYNCHRONOUS_PAGING_IO  0x00000040u
#define IRP_CREATE_OPERATION       0x00000080u
#define IRP_READ_OPERATION         0x00000100u
#define IRP_WRITE_OPERATION        0x00000200u
#define IRP_CLOSE_OPERATION        0x00000400u
#define IRP_DEFER_IO_COMPLETION    0x00000800u
#define IRP_OB_QUERY_NAME          0x00001000u
#define IRP_HOLD_DEVICE_QUEUE      0x00002000u
/* IRP.AllocationFlags. */
#define IRP_QUOTA_CHARGED          0x01
#define IRP_ALLOCATED_MUST_SUCCEED 0x02
#define IRP_ALLOCATED_FIXED_SIZE   0x04
#define IRP_LOOKASIDE_ALLOCATION   0x08

/* FILE_OBJECT.Flags. */
#define FO_FILE_OPEN                 0x00000001u
#define FO_SYNCHRONOUS_IO            0x00000002u
#define FO_ALERTABLE_IO              0x00000004u
#define FO_NO_INTERMEDIATE_BUFFERING 0x00000008u
#define FO_WRITE_THROUGH             0x00000010u
#define FO_SEQUENTIAL_ONLY           0x00000020u
#define FO_CACHE_SUPPORTED           0x00000040u
#define FO_NAMED_PIPE                0x00000080u
#define FO_STREAM_FILE               0x00000100u
#define FO_MAILSLOT                  0x00000200u
#define FO_GENERATE_AUDIT_ON_CLOSE   0x00000400u
#define FO_DIRECT_DEVICE_OPEN        0x00000800u
#define FO_FILE_MODIFIED             0x00001000u
#define FO_FILE_SIZE_CHANGED         0x00002000u
#define FO_CLEANUP_COMPLETE          0x00004000u
#define FO_TEMPORARY_FILE            0x00008000u
#define FO_DELETE_ON_CLOSE           0x00010000u
#define FO_OPENED_CASE_SENSITIVE     0x00020000u
#define FO_HANDLE_CREATED            0x00040000u
#define FO_FILE_FAST_IO_READ         0x00080000u
#define FO_RANDOM_ACCESS             0x00100000u
#define FO_FILE_OPEN_CANCELLED       0x00200000u
#define FO_VOLUME_OPEN               0x00400000u

/* IO_STACK_LOCATION.Flags, by major function. */
#define SL_RESTART_SCAN           0x01
#define SL_RETURN_SINGLE_ENTRY    0x02
#define SL_INDEX_SPECIFIED        0x04
#define SL_KEY_SPECIFIED          0x01
#define SL_OVERRIDE_VERIFY_VOLUME 0x02
#define SL_WRITE_THROUGH          0x04
#define SL_FORCE_ACCESS_CHECK     0x01
#define SL_OPEN_PAGING_FILE       0x02
#define SL_OPEN_TARGET_DIRECTORY  0x04
#define SL_CASE_SENSITIVE         0x80
#define SL_FAIL_IMMEDIATELY       0x01
#define SL_EXCLUSIVE_LOCK         0x02
#define SL_WATCH_TREE             0x01
#define SL_ALLOW_RAW_MOUNT        0x01
/* IO_STACK_LOCATION.Control. */
#define SL_PENDING_RETURNED       0x01
#define SL_ERROR_RETURNED         0x02
#define SL_INVOKE_ON_CANCEL       0x20
#define SL_INVOKE_ON_SUCCESS      0x40
#define SL_INVOKE_ON_ERROR        0x80

/* DRIVER_OBJECT.Flags. */
#define DRVO_UNLOAD_INVOKED             0x00000001u
#define DRVO_LEGACY_DRIVER              0x00000002u
#define DRVO_BUILTIN_DRIVER             0x00000004u
/* The Type of the I/O manager's structures. */
#define IO_TYPE_ADAPTER                 1
#define IO_TYPE_CONTROLLER              2
#define IO_TYPE_DEVICE                  3
#define IO_TYPE_DRIVER                  4
#define IO_TYPE_FILE                    5
#define IO_TYPE_IRP                     6
#define IO_TYPE_MASTER_ADAPTER          7
#define IO_TYPE_OPEN_PACKET             8
#define IO_TYPE_TIMER                   9
#define IO_TYPE_VPB                     10
#define IO_TYPE_ERROR_LOG               11
#define IO_TYPE_ERROR_MESSAGE           12
#define IO_TYPE_DEVICE_OBJECT_EXTENSION 13
