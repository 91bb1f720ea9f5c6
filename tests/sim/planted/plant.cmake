# Makes COPY: SOURCE with PATCHES (separated by `|`) applied in their order. A patch that does not apply stops the build.
get_filename_component(folder ${COPY} DIRECTORY)
file(MAKE_DIRECTORY ${folder})
file(REMOVE ${COPY})
file(COPY_FILE ${SOURCE} ${COPY}.part)
string(REPLACE "|" ";" patches "${PATCHES}")
foreach(patch IN LISTS patches)
  execute_process(
    COMMAND ${PATCH_PROGRAM} --forward --no-backup-if-mismatch --reject-file=- ${COPY}.part ${patch}
    RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${patch} does not apply to ${SOURCE}, which has changed since: make the patch anew "
      "(tests/sim/planted/README.md says how).\n${said}")
  endif()
endforeach()
file(RENAME ${COPY}.part ${COPY})
