#pragma once

#include <string_view>

namespace headway {

/// The shell script that every imported ticket calls, in nothing but POSIX sh and coreutils:
///
///     sh data/NAME.sh reads SIZE FILE SIZE FILE... takes SECONDS writes SIZE FILE...
///
/// Arguments and not a shell line, because names of files then need no quoting, and because a line
/// for `sh -c` may have no more than 128 KiB, which a task with thousands of files exceeds.
///
/// Each file's content is its own name over and over, so that two files never have the same digest.
inline constexpr std::string_view kTaskScript =
    R"script(# One task of an imported workflow: reads SIZE FILE... takes SECONDS writes SIZE FILE...
# The files are in the folder beside this script that has its name. Fails when an input is not there as it should be.
set -eu
cd -- "${0%.sh}"

fail() {
  echo "$1" >&2
  exit 1
}

read_inputs() {
  shift
  sizes=
  while [ "$1" != takes ]; do
    [ -f "./$2" ] || fail "input $2 is missing: the task that writes it has not run here"
    sizes="$sizes $1"
    set -- "$@" "./$2"
    shift 2
  done
  while [ $# -gt 0 ]; do
    case $1 in ./*) break ;; esac
    shift
  done
  [ $# -gt 0 ] || return 0
  cat -- "$@" >/dev/null
  found=$(stat -L -c %s -- "$@")
  for size in $sizes; do
    is=${found%%[!0-9]*}
    found=${found#*[!0-9]}
    [ "$is" = "$size" ] || fail "input ${1#./} has $is bytes and should have $size"
    shift
  done
}

write_outputs() {
  shift
  while [ "$1" != takes ]; do shift 2; done
  sleep "$2"
  shift 3
  while [ $# -gt 0 ]; do
    case $2 in */*) mkdir -p -- "./${2%/*}" ;; esac
    yes "$2" 2>/dev/null | head -c "$1" >"./$2"
    shift 2
  done
}

read_inputs "$@"
write_outputs "$@"
)script";

}  // namespace headway
