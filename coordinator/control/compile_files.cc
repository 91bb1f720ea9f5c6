#include "coordinator/control/compile_files.h"

#include <cstring>

#include "common/wire/codec.h"
#include "coordinator/control/memory_file.h"

namespace headway {

namespace {

constexpr std::string_view kPlan = "P";
constexpr std::string_view kError = "E";

}  // namespace

Result<void> write_compiler_input(int fd, const SubmitRequest& request, std::string_view text) {
  const std::string body = encode_body(request);
  const std::uint64_t body_bytes = body.size();
  std::string head(sizeof body_bytes, '\0');
  std::memcpy(head.data(), &body_bytes, sizeof body_bytes);
  if (Result<void> written = write_all(fd, head + body); !written) return written;
  return write_all(fd, text);
}

Result<CompilerInput> read_compiler_input(std::string_view bytes) {
  std::uint64_t body_bytes = 0;
  if (bytes.size() < sizeof body_bytes) {
    return Error{ErrorKind::kUsage, "there is no plan on standard input"};
  }
  std::memcpy(&body_bytes, bytes.data(), sizeof body_bytes);
  bytes.remove_prefix(sizeof body_bytes);
  if (body_bytes > bytes.size()) {
    return Error{ErrorKind::kUsage, "the plan on standard input is cut short"};
  }
  Result<SubmitRequest> request = decode_body<SubmitRequest>(bytes.substr(0, body_bytes));
  if (!request) return request.error();
  return CompilerInput{std::move(*request), bytes.substr(body_bytes)};
}

Result<void> write_compiler_output(int fd, const Result<std::string>& compiled) {
  if (!compiled) {
    const Error& error = compiled.error();
    return write_all(fd, std::string(kError) + static_cast<char>(error.kind) + error.message);
  }
  if (Result<void> written = write_all(fd, kPlan); !written) return written;
  return write_all(fd, *compiled);
}

Result<std::string_view> read_compiler_output(std::string_view bytes) {
  if (bytes.starts_with(kPlan)) return bytes.substr(kPlan.size());
  if (bytes.starts_with(kError) && bytes.size() > kError.size()) {
    bytes.remove_prefix(kError.size());
    return Error{static_cast<ErrorKind>(bytes.front()), std::string(bytes.substr(1))};
  }
  return Error{ErrorKind::kFailed,
               "the plan could not be read: the process that reads it wrote nothing"};
}

}  // namespace headway
