#pragma once

#include <string>
#include <utility>
#include <variant>

#include "common/base/check.h"

namespace headway {

/// What kind of thing went wrong. The command's exit code follows from it (`exit_code_of` in
/// coordinator/cli).
enum class ErrorKind {
  kFailed,       ///< anything else: input and output, the operating system, a library
  kUsage,        ///< the caller asked for something that makes no sense
  kInvalidPlan,  ///< a plan or a ticket is wrong
  kDenied,       ///< not allowed
  kUnreachable,  ///< no coordinator answers
  kTimedOut,     ///< waited too long
  kNotFound,     ///< no such run, ticket, worker, file
  kInUse,        ///< somebody else holds it
};

/// A failure told to a person: what is wrong, where, and what to do.
struct Error {
  ErrorKind kind = ErrorKind::kFailed;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

/// A value or the reason why there is none. Never one value for "nothing to do" and "failed".
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(*-explicit-*)
  Result(Error error)
      : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(*-explicit-*)

  [[nodiscard]] bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & { return checked<0>(); }
  [[nodiscard]] T value() && { return std::move(checked<0>()); }
  [[nodiscard]] const T& value() const& { return const_cast<Result*>(this)->template checked<0>(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const {
    return const_cast<Result*>(this)->template checked<1>();
  }

 private:
  template <std::size_t kIndex>
  auto& checked() {
    HW_CHECK(content_.index() == kIndex, "a result was read as what it is not");
    return *std::get_if<kIndex>(&content_);
  }

  std::variant<T, Error> content_;
};

/// Success without a value, or the reason for the failure.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT(*-explicit-*)

  [[nodiscard]] bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  [[nodiscard]] const Error& error() const {
    HW_CHECK(!ok_, "a result was read as what it is not");
    return error_;
  }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace headway
