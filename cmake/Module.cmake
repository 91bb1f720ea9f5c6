# A module is one folder and one target. Its headers are reached as "<folder>/<file>.h", and only by the targets that link
# it: every module has an include root of its own in the build tree, which holds nothing but a link to that folder. An
# include of a module that is not linked therefore does not compile.

add_library(headway_options INTERFACE)
target_compile_options(headway_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor -Werror)
target_compile_definitions(headway_options INTERFACE _GLIBCXX_ASSERTIONS)

# What a pure module may never include: clocks, sockets, files and threads belong to the shells. Each name becomes a header
# that stops the compiler and is found before the real one. (<unistd.h> cannot be among them: libstdc++'s <memory> includes it.)
set(HEADWAY_FORBIDDEN_IN_PURE
  zmq.hpp zmq.h zmq_addon.hpp sqlite3.h msgpack.hpp spdlog/spdlog.h yaml-cpp/yaml.h nlohmann/json.hpp
  thread mutex future condition_variable fstream filesystem random)
set(HEADWAY_PURE_ROOT ${CMAKE_BINARY_DIR}/pure)
foreach(header IN LISTS HEADWAY_FORBIDDEN_IN_PURE)
  file(CONFIGURE OUTPUT ${HEADWAY_PURE_ROOT}/${header}
    CONTENT "#error \"a pure module must not include <${header}>\"\n")
endforeach()

# headway_module(NAME [PURE] [LINKS target...] [PRIVATE_LINKS target...])
# Makes the library headway_NAME of all sources in the current folder.
function(headway_module name)
  cmake_parse_arguments(ARG "PURE" "" "LINKS;PRIVATE_LINKS" ${ARGN})
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(root ${CMAKE_BINARY_DIR}/modules/${name})
  get_filename_component(parent ${root}/${folder} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${folder} SYMBOLIC)

  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  set(target headway_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC ${root})
    target_link_libraries(${target} PUBLIC ${ARG_LINKS} PRIVATE headway_options ${ARG_PRIVATE_LINKS})
    if(ARG_PURE)
      target_include_directories(${target} BEFORE PRIVATE ${HEADWAY_PURE_ROOT})
    endif()
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${root})
    target_link_libraries(${target} INTERFACE ${ARG_LINKS} ${ARG_PRIVATE_LINKS})
  endif()
endfunction()

# All programs and no tests: what scripts/run builds.
add_custom_target(programs)

# headway_program(NAME LINKS target...): the program NAME, made of main.cc in the current folder.
function(headway_program name)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/main.cc)
    return()
  endif()
  add_executable(${name} main.cc)
  target_link_libraries(${name} PRIVATE headway_options ${ARG_LINKS})
  add_dependencies(programs ${name})
endfunction()
