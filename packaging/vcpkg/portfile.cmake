# Port of exifsim. It installs a tool, and scenarios beside it, but no library. packaging/release.sh fills in address and hash.
set(VCPKG_POLICY_EMPTY_INCLUDE_FOLDER enabled)
set(VCPKG_BUILD_TYPE release)

vcpkg_download_distfile(ARCHIVE
    URLS "@SOURCE@"
    FILENAME "exifsim-@VERSION@.tar.gz"
    SHA512 @SHA512@
)
vcpkg_extract_source_archive(SOURCE_PATH ARCHIVE "${ARCHIVE}")

vcpkg_check_features(OUT_FEATURE_OPTIONS FEATURE_OPTIONS
    FEATURES
        view EXIFSIM_VIEW
)
# Man pages are written by a program of the build, which a cross build cannot run.
if(VCPKG_CROSSCOMPILING)
    list(APPEND FEATURE_OPTIONS -DEXIFSIM_MANUAL=OFF)
endif()
vcpkg_find_acquire_program(PKGCONFIG)
vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        ${FEATURE_OPTIONS}
        -DEXIFSIM_TESTS=OFF
        # The folder of tools: the program looks for its scenarios from there.
        "-DCMAKE_INSTALL_BINDIR=tools/${PORT}"
        "-DPKG_CONFIG_EXECUTABLE=${PKGCONFIG}"
        "-DCMAKE_PROGRAM_PATH=${CURRENT_HOST_INSTALLED_DIR}/tools/protobuf-c"
)
vcpkg_cmake_install()
vcpkg_copy_tool_dependencies("${CURRENT_PACKAGES_DIR}/tools/${PORT}")
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug" "${CURRENT_PACKAGES_DIR}/share/doc")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
