# page.cmake - the program of the page: the rooms that the window stands on, and its third end (page.c), as WebAssembly.
#
# Of a file for each system NAME_wasm.c is taken, else NAME_posix.c. Left out are rooms that a page has no use for:
# the command, databases of campaigns, grades of classes, gdb, and pictures as files.
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
set(PAGE_SOURCES)
foreach(room host symbols run guest report guard recording explore lesson lab game draw timeline kd)
    file(GLOB ROOM_SOURCES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/ui/${room}/*.c)
    list(FILTER ROOM_SOURCES EXCLUDE REGEX "_windows\\.c$")
    foreach(source ${ROOM_SOURCES})
        string(REPLACE "_posix.c" "_wasm.c" other ${source})
        if(other STREQUAL source OR NOT EXISTS ${other})
            list(APPEND PAGE_SOURCES ${source})
        endif()
    endforeach()
endforeach()
list(FILTER PAGE_SOURCES EXCLUDE REGEX
    "ui/(host/deflate\\.c|guest/guest_(build|compile|glue|long|names|reads|borrows)\\.c|timeline/(main|window|curve_view|poster|otherwise)\\.c|draw/(png|pdf|fonts_ttf|letters_bake|letters_main)\\.c|kd/gdb.*|lab/class\\.c|(report|lesson)/.*outputs\\.c)$")
list(APPEND PAGE_SOURCES ${CMAKE_SOURCE_DIR}/ui/campaign/stats.c ${CMAKE_SOURCE_DIR}/ui/web/page.c ${CMAKE_SOURCE_DIR}/ui/web/missing.c
    ${CMAKE_SOURCE_DIR}/ui/web/guests.c ${CMAKE_SOURCE_DIR}/ui/web/otherwise.c)

add_custom_target(revision BYPRODUCTS ${CMAKE_BINARY_DIR}/revision/revision.h
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUT=${CMAKE_BINARY_DIR}/revision/revision.h
        -P ${CMAKE_SOURCE_DIR}/ui/run/revision.cmake)
add_executable(exifsim-page ${PAGE_SOURCES})
add_dependencies(exifsim-page revision)
target_include_directories(exifsim-page PRIVATE ${CMAKE_BINARY_DIR}/revision)
target_compile_definitions(exifsim-page PRIVATE EXIFSIM_VERSION="${PROJECT_VERSION}" EXIFSIM_DATA="/exifsim" SOURCE_ROOT="/")
target_link_libraries(exifsim-page PRIVATE model PkgConfig::XXHASH exifsim_warnings)
target_link_options(exifsim-page PRIVATE --no-entry -sENVIRONMENT=worker,node -sEXPORTED_RUNTIME_METHODS=FS,UTF8ToString,stringToUTF8,lengthBytesUTF8
    -sEXPORTED_FUNCTIONS=_malloc,_free -sFORCE_FILESYSTEM=1
    -sALLOW_TABLE_GROWTH=1 -Wl,--export=__stack_pointer) # For guests (sim/host/image_wasm.c).
set_target_properties(exifsim-page PROPERTIES SUFFIX .js)
