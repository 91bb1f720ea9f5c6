#pragma once

#include <cstddef>
#include <string>

namespace headway::test {

/// The text of a large plan as people write it, some 250 bytes a ticket: each ticket
/// `TICKET-000123` waits for three of the hundred before it, so that plan order is an order in
/// which they can run.
std::string large_plan_text(std::size_t tickets);

}  // namespace headway::test
