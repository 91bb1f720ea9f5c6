#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/plan/plan.h"

namespace headway {

/// The plan as YAML that `read_plan` reads back as an equal plan; fields at their defaults are left
/// out.
std::string write_plan(const Plan& plan);

/// A field that is not at its default: its key, and its value as YAML.
using WrittenField = std::pair<std::string, std::string>;

/// The fields of a ticket as its plan's file has them, in that order.
std::vector<WrittenField> written_fields(const Ticket& ticket);
/// The fields of a plan, without its tickets and `execution_plan`.
std::vector<WrittenField> written_fields(const Plan& plan);

}  // namespace headway
