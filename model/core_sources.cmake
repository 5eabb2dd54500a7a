# core_sources.cmake - the files of the real C core, in one list for both worlds.
#
# The simulator's build and the Windows build (tests/windows) include this file and nothing else to
# know what a module consists of. Paths are relative to the root of the repository.

set(EXIFS_COMMON_SOURCES
    model/exifs/exifs_main.c
    model/exifs/exifs_queue.c
    model/exifs/exifs_root.c
    model/exifs/exifs_file.c
    model/exifs/exifs_directory.c
    model/exifs/exifs_request.c
    model/exifs/exifs_upcall.c
    model/exifs/exifs_transfer.c
    model/exifs/exifs_space.c
    model/exifs/exifs_aside.c
    model/exifs/exifs_cleanup.c
    model/exifs/exifs_user.c
    model/exifs/exifs_version.c)

# What one image has and the others have not: its entry, and the rows with what they alone use.
set(EXIFS_OLD_SOURCES
    model/exifs/exifs_entry_old.c
    model/exifs/exifs_version_old.c)
set(EXIFS_NEW_SOURCES
    model/exifs/exifs_entry_new.c
    model/exifs/exifs_version_new.c)
set(EXIFS_LESSON_SOURCES
    model/exifs/exifs_entry_lessons.c
    model/exifs/exifs_version_lessons.c)

set(IFSPROXY_SOURCES
    model/ifsproxy/ifsproxy.c
    model/ifsproxy/ifsproxy_serve.c
    model/ifsproxy/ifsproxy_stream.c
    model/ifsproxy/ifsproxy_version.c)
set(EXWIN32_SOURCES
    model/exwin32/exwin32.c
    model/exwin32/exwin32_version.c)
set(ESE_SOURCES
    model/ese/ese.c
    model/ese/ese_database.c
    model/ese/ese_space.c
    model/ese/ese_checksum.c
    model/ese/ese_tables.c
    model/ese/ese_lending.c
    model/ese/ese_log.c
    model/ese/ese_rows.c
    model/ese/ese_replay.c
    model/ese/ese_version.c)

# What onlookers read the driver and the engine by, and what a row from outside calls. Only the simulator has either.
set(LOOK_SOURCES
    model/exifs/exifs_parts.c
    model/exifs/exifs_look.c
    model/ese/ese_look.c)
