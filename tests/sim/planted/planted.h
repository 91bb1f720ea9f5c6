#pragma once

namespace headway::sim {

/// Which of the planted bugs this process has; 0: none. Set once, before anything is played.
extern int planted_bug;

/// Guards a mistake: `planted(7) ? wrong : right`. Every copy that patches were applied to includes
/// this file before anything else, so that a patch is about its mistake alone.
inline bool planted(int number) { return planted_bug == number; }

}  // namespace headway::sim
