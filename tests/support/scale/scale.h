#pragma once

#include "common/base/sanitizer.h"

namespace headway::test {

/// How many of `count` inputs drawn by chance a test tries, or how large it makes one: under the
/// sanitizers a tenth. They look for other faults than wrong results, and every kind of input is
/// among the first.
template <class Number>
constexpr Number scaled(Number count) {
  return kAddressSanitizer ? (count + 9) / 10 : count;
}

}  // namespace headway::test
