# revision.cmake - writes revision.h: the revision of the sources in SOURCE, as git names it, and "+" if they were changed. In an archive
# that git has made it is what git wrote into packaging/revision. Empty where neither is known, or where SOURCE only lies within
# somebody else's repository. The file is touched only if it would change. Use: cmake -DSOURCE=... -DOUT=... -P revision.cmake
file(READ ${SOURCE}/packaging/revision REVISION)
string(STRIP "${REVISION}" REVISION)
if(REVISION MATCHES "^[0-9a-f]+$")
    string(SUBSTRING ${REVISION} 0 12 REVISION)
else()
    set(REVISION)
    execute_process(COMMAND git -C ${SOURCE} rev-parse --show-prefix
        OUTPUT_VARIABLE BELOW OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE NO_REPOSITORY ERROR_QUIET)
    if(NOT NO_REPOSITORY AND BELOW STREQUAL "")
        execute_process(COMMAND git -C ${SOURCE} describe --always --abbrev=12 --match=none --exclude=* --dirty=+
            OUTPUT_VARIABLE REVISION OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    endif()
endif()
file(WRITE ${OUT}.new "#define EXIFSIM_REVISION \"${REVISION}\"\n")
execute_process(COMMAND ${CMAKE_COMMAND} -E copy_if_different ${OUT}.new ${OUT})
file(REMOVE ${OUT}.new)
