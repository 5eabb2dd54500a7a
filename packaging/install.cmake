# install.cmake - what `cmake --install` puts where. Three components: exifsim (the command, its scenarios, its manual),
# exifsim-view (the window, where it is built) and exifsim-doc.
#
#     cmake --install build --prefix ~/.local
#     cmake --install build --component exifsim
set(EXIFSIM_BASH_DIR ${CMAKE_INSTALL_DATADIR}/bash-completion/completions CACHE STRING "Folder of completions for bash")
set(EXIFSIM_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING "Folder of completions for zsh")
set(EXIFSIM_FISH_DIR ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d CACHE STRING "Folder of completions for fish")
set(EXIFSIM_WEB ${CMAKE_SOURCE_DIR}/build/web CACHE PATH "Folder of the page for browsers, which need not be there")

install(TARGETS exifsim RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT exifsim)
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/exifsim COMPONENT exifsim
    PATTERN README.md EXCLUDE PATTERN *.notes EXCLUDE)
# The page for browsers, of which exifsim export --html makes files, if ./dev web has built it.
install(DIRECTORY ${EXIFSIM_WEB}/ DESTINATION ${CMAKE_INSTALL_DATADIR}/exifsim/web COMPONENT exifsim OPTIONAL)
# What drivers of one's own are compiled against.
install(DIRECTORY model/exifs DESTINATION ${CMAKE_INSTALL_DATADIR}/exifsim COMPONENT exifsim FILES_MATCHING PATTERN *.h)
install(DIRECTORY model/kernel/include DESTINATION ${CMAKE_INSTALL_DATADIR}/exifsim COMPONENT exifsim)
if(EXIFSIM_MANUAL)
    install(DIRECTORY ${CMAKE_BINARY_DIR}/manual/exifsim/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT exifsim)
    install(FILES ${CMAKE_BINARY_DIR}/manual/completions/exifsim.bash DESTINATION ${EXIFSIM_BASH_DIR} RENAME exifsim
        COMPONENT exifsim)
    install(FILES ${CMAKE_BINARY_DIR}/manual/completions/_exifsim DESTINATION ${EXIFSIM_ZSH_DIR} COMPONENT exifsim)
    install(FILES ${CMAKE_BINARY_DIR}/manual/completions/exifsim.fish DESTINATION ${EXIFSIM_FISH_DIR} COMPONENT exifsim)
endif()
install(FILES LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT exifsim)

if(EXIFSIM_VIEW)
    install(TARGETS exifsim-view RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT exifsim-view)
    if(EXIFSIM_MANUAL)
        install(DIRECTORY ${CMAKE_BINARY_DIR}/manual/exifsim-view/man1 DESTINATION ${CMAKE_INSTALL_MANDIR}
            COMPONENT exifsim-view)
        install(FILES ${CMAKE_BINARY_DIR}/manual/completions/exifsim-view.bash DESTINATION ${EXIFSIM_BASH_DIR}
            RENAME exifsim-view COMPONENT exifsim-view)
    endif()
endif()

# The pages name one another by their places in the tree, which stay as they are.
install(FILES packaging/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/packaging COMPONENT exifsim-doc)
install(FILES README.md ARCHITECTURE.md DEBUGGING.md CONTRIBUTING.md DESTINATION ${CMAKE_INSTALL_DOCDIR}
    COMPONENT exifsim-doc)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT exifsim-doc FILES_MATCHING
    PATTERN *.md PATTERN *.png PATTERN *.svg)
install(FILES scenarios/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/scenarios COMPONENT exifsim-doc)
install(FILES ui/export/FORMATS.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/ui/export COMPONENT exifsim-doc)
install(FILES ui/campaign/SCHEMA.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/ui/campaign COMPONENT exifsim-doc)
