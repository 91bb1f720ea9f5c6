#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/messages/control_messages.h"

/// What passes between the coordinator and the program that compiles a plan for it: two files in
/// memory, written whole by the one and read whole by the other.
///
/// Input: eight bytes with the length of the SubmitRequest's body, that body, the text.
/// Output: `P` and the compiled plan; or `E`, a byte with the error's kind, and its message.

namespace headway {

Result<void> write_compiler_input(int fd, const SubmitRequest& request, std::string_view text);

struct CompilerInput {
  SubmitRequest request;
  std::string_view text;  ///< within the bytes that were read
};
Result<CompilerInput> read_compiler_input(std::string_view bytes);

Result<void> write_compiler_output(int fd, const Result<std::string>& compiled);

/// The compiled plan, within `bytes`; or the error that was written, or that nothing was.
Result<std::string_view> read_compiler_output(std::string_view bytes);

}  // namespace headway
