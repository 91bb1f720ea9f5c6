# The libraries that Headway stands on, all from Debian 12 (scripts/setup installs them).
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(nlohmann_json REQUIRED)
find_package(Boost REQUIRED COMPONENTS program_options)
find_package(GTest REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ZeroMQ REQUIRED IMPORTED_TARGET libzmq)

# msgpack-cxx is headers only; without this definition it asks for Boost's.
find_path(MSGPACK_INCLUDE_DIR msgpack.hpp REQUIRED)
add_library(headway_msgpack INTERFACE)
target_include_directories(headway_msgpack SYSTEM INTERFACE ${MSGPACK_INCLUDE_DIR})
target_compile_definitions(headway_msgpack INTERFACE MSGPACK_NO_BOOST)
