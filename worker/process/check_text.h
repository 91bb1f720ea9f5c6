#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/messages/check_messages.h"
#include "worker/process/ending.h"

/// How checks are told to people. Names are made printable here. Pure.

namespace headway::worker {

/// `gate 'unit tests'`.
std::string check_title(CheckKind kind, std::string_view name);

/// `exit 2`, `signal 11`, or the ending's own detail.
std::string cause_of(const Ending& ending);

/// `gate 'unit tests' failed 2 of 2 tries: exit 2`; `... failed: exit 2` where there was one.
std::string check_failure(CheckKind kind, std::string_view name, std::uint32_t tries,
                          const Ending& ending);

/// The line before a check's output: `[headway] gate 1 'unit tests', try 1 of 2`, without the try
/// where there is but one. Ends with a newline.
std::string requirement_or_gate_line(CheckKind kind, std::size_t number, std::string_view name,
                                     std::uint32_t attempt, std::uint32_t tries);
/// `[headway] checkpoint 'compiles'`.
std::string checkpoint_line(std::string_view name);
/// The line before the output of a command that had requirements.
std::string command_line();

}  // namespace headway::worker
