# toolchain-program.cmake - mingw-w64 for exifsim.exe and exifsim-view.exe, with the libraries of libraries.sh.
#
# EXIFSIM_LIBRARIES is their folder. pkg-config looks nowhere else, and tells of what a static library needs as well.
include("${CMAKE_CURRENT_LIST_DIR}/toolchain-x86_64.cmake")
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES EXIFSIM_LIBRARIES)
list(APPEND CMAKE_FIND_ROOT_PATH "${EXIFSIM_LIBRARIES}")
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} "${EXIFSIM_LIBRARIES}/lib/pkgconfig")
set(PKG_CONFIG_ARGN --static)
# Last of all: CMake names each library once, and whoever comes behind zlib may need it too.
if(EXISTS "${EXIFSIM_LIBRARIES}/lib/libz.a")
    set(CMAKE_C_STANDARD_LIBRARIES "${EXIFSIM_LIBRARIES}/lib/libz.a -lkernel32 -luser32 -ladvapi32 -lshell32" CACHE STRING "")
endif()
# One file with everything inside: no DLL beside those of Windows.
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
set(CMAKE_PROJECT_INCLUDE "${CMAKE_CURRENT_LIST_DIR}/static.cmake")
