#pragma once

#include "common/base/random_numbers.h"

namespace headway {

/// The z below which a share `p` of a standard normal distribution lies; 0 < p < 1. Acklam's
/// rational approximation (2003), to a relative 1.2e-9.
double normal_quantile(double p);

/// The share of a standard normal distribution that lies above z.
double normal_above(double z);

/// How far above z its part of a standard normal distribution lies on average: density over share.
double normal_hazard(double z);

double draw_normal(RandomNumbers& random);

/// Of a standard normal distribution, the part above z.
double draw_normal_above(double z, RandomNumbers& random);

/// Of a scaled inverse chi-square distribution, as a variance is known by from `freedom` deviations
/// whose mean square is `square`. `freedom` above 0. By way of a gamma distribution (Marsaglia and
/// Tsang 2000).
double draw_variance(double freedom, double square, RandomNumbers& random);

}  // namespace headway
