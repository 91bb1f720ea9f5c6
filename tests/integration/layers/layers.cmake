# A breach of the layering must not compile. Takes the compile command that a real source of a module has, puts a probe of
# one include in the source's place, and looks at what the compiler says to it.
#
# cmake -D BUILD_DIR=... -D SOURCE_DIR=... -P layers.cmake

cmake_minimum_required(VERSION 3.25)
set(probes ${BUILD_DIR}/layer_probes)
file(MAKE_DIRECTORY ${probes})
file(READ ${BUILD_DIR}/compile_commands.json commands)
string(JSON command_count LENGTH "${commands}")
math(EXPR last_command "${command_count} - 1")

# Sets `flags` to those with which a source in `folder` is compiled.
function(flags_of folder flags)
  foreach(index RANGE ${last_command})
    string(JSON file GET "${commands}" ${index} file)
    get_filename_component(parent ${file} DIRECTORY)
    # A source, or those of the folder compiled together.
    string(FIND ${file} "${BUILD_DIR}/${folder}/CMakeFiles/" place)
    if((parent STREQUAL ${SOURCE_DIR}/${folder} AND NOT file MATCHES "/main\\.cc$") OR place EQUAL 0)
      string(JSON command GET "${commands}" ${index} command)
      # Without what names the object and the source, which the probe replaces.
      string(REGEX REPLACE " -o [^ ]+ -c [^ ]+$" "" command "${command}")
      separate_arguments(command UNIX_COMMAND "${command}")
      set(${flags} ${command} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "no source of ${folder} is compiled in ${BUILD_DIR}")
endfunction()

# Sets `outcome` to what the compiler says when a source in `folder` includes `header`; empty where it is content.
function(include_in folder header outcome)
  flags_of(${folder} flags)
  string(MAKE_C_IDENTIFIER "${folder}_${header}" name)
  set(probe ${probes}/${name}.cc)
  file(WRITE ${probe} "#include <${header}>\n")
  execute_process(COMMAND ${flags} -fsyntax-only ${probe}
    WORKING_DIRECTORY ${BUILD_DIR} RESULT_VARIABLE status ERROR_VARIABLE errors OUTPUT_QUIET)
  if(status EQUAL 0)
    set(errors "")
  endif()
  set(${outcome} "${errors}" PARENT_SCOPE)
endfunction()

# The control: without it a probe that never compiles would prove nothing.
function(expect_allowed folder header)
  include_in(${folder} ${header} errors)
  if(NOT errors STREQUAL "")
    message(SEND_ERROR "${folder} must be able to include <${header}>, but:\n${errors}")
  endif()
endfunction()

function(expect_refused folder header reason)
  include_in(${folder} ${header} errors)
  if(errors STREQUAL "")
    message(SEND_ERROR "${folder} can include <${header}>, which breaks the layering")
  elseif(NOT errors MATCHES "${reason}")
    message(SEND_ERROR "${folder} is refused <${header}>, but for another reason than '${reason}':\n${errors}")
  endif()
endfunction()

set(pure "a pure module must not include")
set(unknown "No such file or directory|file not found")  # GCC, Clang

foreach(folder common/base common/plan common/plan_codec coordinator/core coordinator/diagnosis coordinator/planner/analysis worker/core)
  expect_allowed(${folder} vector)
  foreach(header zmq.hpp sqlite3.h msgpack.hpp thread fstream random spdlog/spdlog.h)
    expect_refused(${folder} ${header} ${pure})
  endforeach()
endforeach()

expect_allowed(coordinator/core common/plan/plan.h)
expect_refused(common/base common/plan/plan.h ${unknown})
expect_refused(common/plan common/wire/socket.h ${unknown})
expect_refused(coordinator/core common/wire/socket.h ${unknown})
expect_refused(coordinator/core coordinator/journal/registry.h ${unknown})
foreach(folder worker/core worker/process worker/shell)
  expect_allowed(${folder} common/base/ids.h)
  expect_refused(${folder} coordinator/core/fact.h ${unknown})
endforeach()
foreach(folder coordinator/core coordinator/shell)
  expect_refused(${folder} worker/core/slot_messages.h ${unknown})
endforeach()
