#pragma once

#include <string>

#include "slots.h"

namespace headway::worker {

/// A requirement or gate that is a shell line.
CheckOrder check(std::string name, std::string text);
/// The same, side by side with the one before it.
CheckOrder beside(CheckOrder order);
/// A checkpoint's check that is a shell line; reached when it is named.
CheckpointOrder checkpoint(std::string name, std::string text);

/// `requirement 1, command 0, gate 1`.
std::string steps_in(const Story& story);
/// `gate 1 try 1 exit 2, gate 1 try 2 succeeded`, sorted: what runs side by side may end in any
/// order.
std::string checks_in(const Story& story);

}  // namespace headway::worker
