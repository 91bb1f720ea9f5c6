#pragma once

#include <map>
#include <string>

namespace headway::test {

/// The calculator in C of tests/e2e/milestones/project: what a plan of 22 tickets makes of a few
/// sources, in a folder of its own, and what there is to do for a person meanwhile.

/// Lays out the sources, and the plan as `plan.yaml`, in a folder that exists and has none of them.
/// TABLE waits after its second checkpoint until `let_table_go_on`. Throws where the folder cannot
/// be written.
void lay_out_calculator(const std::string& folder);

void let_table_go_on(const std::string& folder);

/// Mends what the plan's gate finds: with this header MIN and MAX go together.
void mend_calculator(const std::string& folder);

/// Every file below a folder by its path, with its content, but for what tells how it came about
/// (`trace`) and what belongs to the programs (`there`, `.headway`).
std::map<std::string, std::string> calculator_tree(const std::string& folder);

}  // namespace headway::test
