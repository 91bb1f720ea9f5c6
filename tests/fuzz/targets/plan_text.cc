#include "common/base/check.h"
#include "common/base/text.h"
#include "common/plan_file/plan_reader.h"
#include "common/plan_file/plan_writer.h"
#include "entry.h"

/// A plan's file, as people write it.

namespace headway::fuzz {

void try_input(std::string_view input) {
  const std::string text(input);
  ReadPlan read = read_plan(text);
  const std::string told = render_diagnostics(read.diagnostics, "plan.yaml", text);
  HW_CHECK(is_utf8(told), "a finding that no terminal can show");
  if (!read.ok()) {
    HW_CHECK(!told.empty(), "refused without a word");
    return;
  }
  ReadPlan again = read_plan(write_plan(read.plan));
  HW_CHECK(again.ok(), "what was written is refused");
  // Places are those of the text that they were read from.
  for (ReadPlan* each : {&read, &again}) {
    for (Ticket& ticket : each->plan.tickets) ticket.mark = {};
  }
  HW_CHECK(again.plan == read.plan, "a plan changed when it was written");
}

}  // namespace headway::fuzz
