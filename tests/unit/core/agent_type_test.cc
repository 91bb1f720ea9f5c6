#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/core/core.h"
#include "tests/support/core/plan_builder.h"

namespace headway {
namespace {

using testing::ElementsAre;

/// What a ticket of the type `writer` gets.
AttemptSpec spec_of(const Ticket& ticket, std::vector<std::string> command) {
  PlanBuilder plan;
  plan.add(ticket.id).of_type("writer").definition() = ticket;
  RunOptions options;
  options.agent_types = {{"writer", {}, std::move(command), {}}};
  Run run;
  run.id = RunId{7};
  run.source = run_plan(plan.plan, options);
  run.tickets.resize(1);
  run.tickets[0].attempts = 2;
  return attempt_spec(run, TicketIndex{0});
}

std::vector<std::string> words(const Ticket& ticket, std::vector<std::string> command) {
  return spec_of(ticket, std::move(command)).words;
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

TEST(AgentType, LeavesAFunctionAlone) {
  Ticket ticket;
  ticket.id = "SUM-1";
  ticket.agent.type = "writer";
  ticket.command.function = "work:square";
  ticket.command.arguments = "[3]";
  const AttemptSpec spec = spec_of(ticket, {"write"});
  EXPECT_TRUE(spec.words.empty());
  EXPECT_EQ(spec.call, "work:square");
  EXPECT_EQ(spec.args, "[3]");
}

}  // namespace
}  // namespace headway
