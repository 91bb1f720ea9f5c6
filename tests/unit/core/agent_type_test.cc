#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/core/core.h"
#include "tests/support/core/plan_builder.h"

namespace headway {
namespace {

using testing::ElementsAre;

/// The command that a ticket of the type `writer` gets.
std::vector<std::string> words(const Ticket& ticket, std::vector<std::string> command) {
  PlanBuilder plan;
  plan.add(ticket.id).of_type("writer").definition() = ticket;
  RunOptions options;
  options.agent_types = {{"writer", {}, std::move(command), {}}};
  Run run;
  run.id = RunId{7};
  run.source = run_plan(plan.plan, options);
  run.tickets.resize(1);
  run.tickets[0].attempts = 2;
  return attempt_spec(run, TicketIndex{0}).words;
}

TEST(AgentType, FillsInWhatTheTicketIs) {
  Ticket ticket;
  ticket.id = "DOC-1";
  ticket.title = "The index";
  ticket.agent.type = "writer";
  ticket.env = {{"HEADWAY_TICKET_FILE", "tickets/DOC-1.md"}, {"HEADWAY_BODY", "Write {id}."}};
  EXPECT_THAT(words(ticket, {"write", "{id}: {title}", "{run}/{attempt}", "{ticket_file}",
                             "<{body}>", "{other}"}),
              ElementsAre("write", "DOC-1: The index", "r7/2", "tickets/DOC-1.md", "<Write {id}.>",
                          "{other}"))
      << "what was filled in is not looked at again";
  ticket.env.clear();
  EXPECT_THAT(words(ticket, {"write", "{ticket_file}"}), ElementsAre("write", ""));
}

}  // namespace
}  // namespace headway
