# static.cmake - read at the end of project() under toolchain-program.cmake: only static libraries are found.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
