#include "coordinator/forecast/draws.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace headway {

namespace {

/// Beyond it the share above is no number any more, and a normal distribution falls like an
/// exponential one.
constexpr double kFarOut = 30;
/// Below it the approximation for the tail holds.
constexpr double kTail = 0.02425;

template <std::size_t kCount>
double polynomial(const std::array<double, kCount>& factors, double x) {
  double sum = 0;
  for (const double factor : factors) sum = sum * x + factor;
  return sum;
}

constexpr std::array kTailAbove = {-7.784894002430293e-03, -3.223964580411365e-01,
                                   -2.400758277161838e+00, -2.549732539343734e+00,
                                   4.374664141464968e+00,  2.938163982698783e+00};
constexpr std::array kTailBelow = {7.784695709041462e-03, 3.224671290700398e-01,
                                   2.445134137142996e+00, 3.754408661907416e+00, 1.0};
constexpr std::array kMiddleAbove = {-3.969683028665376e+01, 2.209460984245205e+02,
                                     -2.759285104469687e+02, 1.383577518672690e+02,
                                     -3.066479806614716e+01, 2.506628277459239e+00};
constexpr std::array kMiddleBelow = {-5.447609879822406e+01, 1.615858368580409e+02,
                                     -1.556989798598866e+02, 6.680131188771972e+01,
                                     -1.328068155288572e+01, 1.0};

/// Of shape at least 1, scale 1.
double draw_large_gamma(double shape, RandomNumbers& random) {
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    const double z = draw_normal(random);
    const double root = 1 + c * z;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = std::max(random.share(), 0x1p-53);
    if (std::log(u) < 0.5 * z * z + d - d * v + d * std::log(v)) return d * v;
  }
}

double draw_gamma(double shape, RandomNumbers& random) {
  if (shape >= 1) return draw_large_gamma(shape, random);
  const double larger = draw_large_gamma(shape + 1, random);
  return larger * std::pow(std::max(random.share(), 0x1p-53), 1 / shape);
}

}  // namespace

double normal_quantile(double p) {
  if (p > 1 - kTail) return -normal_quantile(1 - p);
  if (p < kTail) {
    const double q = std::sqrt(-2 * std::log(p));
    return polynomial(kTailAbove, q) / polynomial(kTailBelow, q);
  }
  const double q = p - 0.5;
  return polynomial(kMiddleAbove, q * q) * q / polynomial(kMiddleBelow, q * q);
}

double normal_above(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

double normal_hazard(double z) {
  if (z > kFarOut) return z + 1 / z;
  const double density = std::exp(-0.5 * z * z) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  return density / normal_above(z);
}

double draw_normal(RandomNumbers& random) {
  return normal_quantile(std::max(random.share(), 0x1p-53));
}

double draw_normal_above(double z, RandomNumbers& random) {
  const double share = std::max(random.share(), 0x1p-53);
  if (z > kFarOut) return z - std::log(share) / z;
  // From above, where small shares are still exact.
  return std::max(z, -normal_quantile(share * normal_above(z)));
}

double draw_variance(double freedom, double square, RandomNumbers& random) {
  const double chi_square = 2 * draw_gamma(freedom / 2, random);
  return freedom * square / std::max(chi_square, 1e-12);
}

}  // namespace headway
