# The other names of the verbs, the manual pages and the completion scripts: all of them come out of the program's own
# table (coordinator/cli/verbs/table.cc), so that none of them is written down twice.
set(HEADWAY_SHARE ${CMAKE_BINARY_DIR}/share)
add_custom_command(TARGET headway POST_BUILD
  COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:headway> -DBIN=$<TARGET_FILE_DIR:headway> -DSHARE=${HEADWAY_SHARE}
          -P ${CMAKE_CURRENT_LIST_DIR}/make_names.cmake
  COMMENT "Making the other names, manual pages and completions of headway"
  VERBATIM)

install(TARGETS headway RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${HEADWAY_SHARE}/bin/ DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${HEADWAY_SHARE}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR})
install(DIRECTORY ${HEADWAY_SHARE}/completions/ DESTINATION ${CMAKE_INSTALL_DATADIR})
