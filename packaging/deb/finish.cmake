# finish.cmake - what Debian wants of an installed tree, done between installing and packing: a copyright file and a changelog for each
# package, compressed man pages, no licence twice, and the reasons for lintian's tags that stay. cpack runs it.
file(GLOB COMPONENTS RELATIVE ${CPACK_TEMPORARY_DIRECTORY} ${CPACK_TEMPORARY_DIRECTORY}/exifsim*)
foreach(component ${COMPONENTS})
    set(tree ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
    if(NOT IS_DIRECTORY ${tree})
        continue()
    endif()
    set(documents ${tree}/share/doc/${component})
    file(MAKE_DIRECTORY ${documents})
    file(REMOVE ${tree}/share/doc/exifsim/LICENSE)
    if(component STREQUAL exifsim)
        file(RENAME ${documents}/CHANGELOG.md ${documents}/changelog)
    else()
        file(READ ${CMAKE_CURRENT_LIST_DIR}/../../CHANGELOG.md text)
        file(WRITE ${documents}/changelog "${text}")
    endif()
    configure_file(${CMAKE_CURRENT_LIST_DIR}/copyright ${documents}/copyright COPYONLY)
    string(TIMESTAMP day "%a, %d %b %Y %H:%M:%S +0000" UTC)         # SOURCE_DATE_EPOCH, where it is set.
    file(WRITE ${documents}/changelog.Debian
        "exifsim (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n\n"
        "  * Version ${CPACK_PACKAGE_VERSION}; changelog.gz says what is new.\n\n"
        " -- ${CPACK_PACKAGE_CONTACT}  ${day}\n")
    file(GLOB_RECURSE plain ${tree}/share/man/*.1)
    execute_process(COMMAND gzip -9n ${plain} ${documents}/changelog ${documents}/changelog.Debian RESULT_VARIABLE error)
    if(error)
        message(FATAL_ERROR "gzip: ${error}")
    endif()
    if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/${component}.overrides)
        file(MAKE_DIRECTORY ${tree}/share/lintian/overrides)
        configure_file(${CMAKE_CURRENT_LIST_DIR}/${component}.overrides ${tree}/share/lintian/overrides/${component} COPYONLY)
    endif()
    # Whoever builds has an umask of his own.
    execute_process(COMMAND chmod -R u=rwX,go=rX ${CPACK_TEMPORARY_DIRECTORY}/${component})
endforeach()
