#pragma once

#include <string>
#include <string_view>

namespace headway {

/// As a word of a shell's command line, quoted where it has to be (POSIX.1-2017, XCU 2.2.2).
std::string shell_word(std::string_view word);

}  // namespace headway
