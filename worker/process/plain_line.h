#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headway::worker {

/// The words of a shell's line that is nothing but a program and its arguments, so that the program
/// started by itself does the same: no quoting, expansion, redirection, assignment or second
/// command (POSIX.1-2017, XCU 2), and no word that a shell takes for its own. None: it takes a
/// shell.
std::optional<std::vector<std::string>> words_of_plain_line(std::string_view line);

}  // namespace headway::worker
