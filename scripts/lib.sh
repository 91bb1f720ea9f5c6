# shellcheck shell=bash
# What the scripts share. Sourced, never run.

set -euo pipefail

# The repository's root, wherever a script is called from.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root

# What Headway is built and checked with; everything is in Debian 12. Read by scripts/setup alone.
readonly packages=(
  g++ cmake ninja-build pkg-config git ca-certificates
  cppzmq-dev libzmq3-dev libmsgpack-cxx-dev libyaml-cpp-dev libsqlite3-dev libssl-dev
  libspdlog-dev libfmt-dev libboost-program-options-dev nlohmann-json3-dev
  sqlite3 libgtest-dev libgmock-dev libvalijson-dev xz-utils patch
  clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14 python3 python3-zmq python3-msgpack tmux
  iproute2 nftables
)

# What tests/cluster needs beside them; never installed unasked, since it brings a service.
# shellcheck disable=SC2034
readonly engine_packages=(docker.io docker-compose iptables debootstrap)

# say WORDS...: one line about what is done now. On standard error: standard output belongs to what
# a script was called for.
say() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# die WORDS...: the same, and the end.
die() {
  say "$@"
  exit 1
}

# configured PRESET: whether the build folder of this preset has been configured to its end.
configured() {
  [[ -f $root/build/$1/build.ninja ]]
}

# known_preset PRESET: ends the script where there is no such preset.
known_preset() {
  case $1 in
    release | debug) ;;
    *) die "no preset '$1': there are release and debug" ;;
  esac
}
