# wasm.cmake - WebAssembly of 32 bits: compiled by clang 16, linked by Emscripten.
#
# Emscripten's own compiler of Debian 12 is clang 14, which ignores -fshort-wchar here. So clang 16 compiles, with
# what emcc would tell it, and emcc links. pkg-config looks below EXIFSIM_LIBRARIES alone.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(UNIX TRUE)
set(CMAKE_C_COMPILER clang-16)
set(CMAKE_ASM_COMPILER clang-16)
set(CMAKE_AR llvm-ar-16)
set(CMAKE_RANLIB llvm-ranlib-16)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES EXIFSIM_LIBRARIES)
set(EMSCRIPTEN_ROOT /usr/share/emscripten)
string(JOIN " " CMAKE_C_FLAGS_INIT --target=wasm32-unknown-emscripten -D__EMSCRIPTEN_major__=3 -D__EMSCRIPTEN_minor__=1
    -D__EMSCRIPTEN_tiny__=6 -fignore-exceptions --sysroot=${EMSCRIPTEN_ROOT}/cache/sysroot -mllvm -combiner-global-alias-analysis=false
    -mllvm -disable-lsr -include ${CMAKE_CURRENT_LIST_DIR}/threads.h)
set(CMAKE_ASM_FLAGS_INIT --target=wasm32-unknown-emscripten)
set(CMAKE_C_LINK_EXECUTABLE
    "${CMAKE_COMMAND} -E env NODE_PATH=/usr/share/nodejs emcc <CMAKE_C_LINK_FLAGS> <LINK_FLAGS> <OBJECTS> -o <TARGET> <LINK_LIBRARIES>")
set(CMAKE_EXECUTABLE_SUFFIX .js)
set(CMAKE_FIND_ROOT_PATH ${EMSCRIPTEN_ROOT}/cache/sysroot ${EXIFSIM_LIBRARIES})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} ${EXIFSIM_LIBRARIES})
# Threads are those of ui/host/threads_wasm.c; no library has others.
set(CMAKE_HAVE_LIBC_PTHREAD TRUE)
set(EXIFSIM_WASM TRUE)
# Memory begins at HOST_MEMORY_FIRST of sim/host/memory.h. The stack is the engine's; simulated threads have theirs in their world.
string(JOIN " " CMAKE_EXE_LINKER_FLAGS_INIT -O2 -sASYNCIFY=1 -sASYNCIFY_STACK_SIZE=262144 -sGLOBAL_BASE=402653184
    -sTOTAL_STACK=4MB -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=448MB -sMAXIMUM_MEMORY=2048MB)
