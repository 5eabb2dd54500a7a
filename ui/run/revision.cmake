# revision.cmake - writes revision.h: the revision of the sources in SOURCE, as git names it, and "+" if they were changed. Empty
# without git. The file is touched only if it would change. Use: cmake -DSOURCE=... -DOUT=... -P revision.cmake
execute_process(COMMAND git -C ${SOURCE} describe --always --abbrev=12 --match=none --exclude=* --dirty=+
    OUTPUT_VARIABLE REVISION OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
file(WRITE ${OUT}.new "#define EXIFSIM_REVISION \"${REVISION}\"\n")
execute_process(COMMAND ${CMAKE_COMMAND} -E copy_if_different ${OUT}.new ${OUT})
file(REMOVE ${OUT}.new)
