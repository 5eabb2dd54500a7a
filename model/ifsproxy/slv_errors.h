/* slv_errors.h - the engine's error numbers for the streaming store ("SLV" is ESE's word for it).
 *
 * Numbers and names are Microsoft's, as the public JET error list has them;
 * facts/exchange-exifs.md 1.5. ese.dll, ifsproxy.dll and exwin32.dll return 0 or one of these.
 */
#pragma once

#define JET_errSuccess          0
#define JET_errOutOfMemory      (-1011)
#define JET_errInvalidParameter (-1003)
#define JET_errLogWriteFail     (-510)

#define JET_errDatabaseDirtyShutdown         (-550)
#define JET_errFileAccessDenied              (-1032)
#define JET_errSLVReadVerifyFailure          (-613)
#define JET_errSLVCorrupted                  (-2202)
#define JET_errSLVStreamingFileMissing       (-2204)
#define JET_errSLVDatabaseMissing            (-2205)
#define JET_errSLVStreamingFileAlreadyExists (-2206)
#define JET_errSLVPagesNotFree               (-2213)
#define JET_errSLVPagesNotReserved           (-2214)
#define JET_errSLVPagesNotCommitted          (-2215)
#define JET_errSLVPagesNotDeleted            (-2216)
#define JET_errSLVRootStillOpen              (-2218)
#define JET_errSLVProviderNotLoaded          (-2219)
#define JET_errSLVEAListCorrupt              (-2220)
#define JET_errSLVRootNotSpecified           (-2221)
#define JET_errSLVRootPathInvalid            (-2222)
#define JET_errSLVEAListZeroAllocation       (-2223)
#define JET_errSLVFileStale                  (-2229)
#define JET_errSLVFileInUse                  (-2230)
#define JET_errSLVFileIO                     (-2232)
#define JET_errSLVStreamingFileFull          (-2233)
#define JET_errSLVFileAccessDenied           (-2235)
#define JET_errSLVFileNotFound               (-2236)
#define JET_errSLVFileUnknown                (-2237)
#define JET_errSLVEAListTooBig               (-2238)
#define JET_errSLVProviderVersionMismatch    (-2239)
#define JET_errSLVBufferTooSmall             (-2243)
