# cpack.cmake - Debian packages, one for each component of install.cmake. packaging/deb.sh configures a build for them and calls cpack.
#
# The programs are not stripped: exifsim names the frames of simulated stacks by its own symbol table and line numbers.
set(CPACK_PACKAGE_NAME exifsim)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR "exifsim authors")
set(CPACK_PACKAGE_CONTACT "exifsim authors <exifsim@example.org>" CACHE STRING "Name and address of who answers for the packages")
set(CPACK_PACKAGE_HOMEPAGE_URL "" CACHE STRING "Page of the project")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES OFF)
set(CPACK_COMPONENTS_ALL exifsim exifsim-doc)
if(EXIFSIM_VIEW)
    list(APPEND CPACK_COMPONENTS_ALL exifsim-view)
endif()
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/packaging/deb/finish.cmake)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)

set(CPACK_COMPONENT_EXIFSIM_DESCRIPTION "simulated Exchange 2003 server with its ExIFS driver
A deterministic simulator of a whole machine of 2006: the Windows kernel,
the driver exifs.sys, its libraries, the mail programs, services, disks and
mail. The driver and the libraries are real C, which also compiles for
Windows. It shows how Microsoft's article KB 908674 comes about: a busy
mail server that ends in STOP 5.
.
The same scenario and seed give the same run, record for record. This
package has the command, its scenarios and lessons; it needs no display.")
set(CPACK_DEBIAN_EXIFSIM_PACKAGE_NAME exifsim)
set(CPACK_DEBIAN_EXIFSIM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_EXIFSIM_PACKAGE_SUGGESTS "exifsim-view, exifsim-doc, gnuplot-nox | gnuplot")

set(CPACK_COMPONENT_EXIFSIM-VIEW_DESCRIPTION "window on runs of a simulated Exchange 2003 server
Shows a run of exifsim at any instant, backwards and forwards: processors,
threads and queues as lanes, what caused what, the stop screen, and the
story behind it. It also draws pictures and posters, without a display.")
set(CPACK_DEBIAN_EXIFSIM-VIEW_PACKAGE_NAME exifsim-view)
set(CPACK_DEBIAN_EXIFSIM-VIEW_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_EXIFSIM-VIEW_PACKAGE_DEPENDS
    "exifsim (= ${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}), fonts-dejavu-core")
set(CPACK_DEBIAN_EXIFSIM-VIEW_PACKAGE_SUGGESTS "ffmpeg")

set(CPACK_COMPONENT_EXIFSIM-DOC_DESCRIPTION "simulated Exchange 2003 server - documentation
Pages on the scenarios and their sources, on writing scenarios and lessons,
on teaching with exifsim, on the formats that it writes, and on its code.")
set(CPACK_DEBIAN_EXIFSIM-DOC_PACKAGE_NAME exifsim-doc)
set(CPACK_DEBIAN_EXIFSIM-DOC_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_EXIFSIM-DOC_PACKAGE_SECTION doc)
set(CPACK_DEBIAN_EXIFSIM-DOC_PACKAGE_SUGGESTS "exifsim")
include(CPack)
