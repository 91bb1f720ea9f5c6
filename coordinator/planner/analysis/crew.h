#pragma once

#include <string>
#include <string_view>

#include "coordinator/planner/analysis/analysis.h"

namespace headway {

/// The resource by which agents of a type or label are counted, in a plan to be simulated.
std::string crew_resource(std::string_view label);

/// Lets each ticket that asks for a type or label of the crew take one agent of it. Names of the
/// types that tickets ask for and nobody has come back, where the crew says who has which.
std::vector<std::string> count_crew(Plan& plan, const Crew& crew);

}  // namespace headway
