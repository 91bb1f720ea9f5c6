#pragma once

#include <string>

#include "coordinator/exposition/exposition.h"

namespace headway {

/// The text of `/metrics` (Prometheus text exposition format 0.0.4). Names of plans come from
/// people: each is escaped.
std::string prometheus_text(const Exposition& exposition);

}  // namespace headway
