#include "coordinator/forecast/draws.h"

#include <cmath>

#include <gtest/gtest.h>

namespace headway {
namespace {

TEST(Draws, TheQuantileIsTheInverseOfTheShareAbove) {
  for (double z = -6; z <= 6; z += 0.25) {
    EXPECT_NEAR(-normal_quantile(normal_above(z)), z, 1e-6) << z;
  }
}

TEST(Draws, WhatLiesAboveIsAboveAndAsFarAsTheHazardSays) {
  for (const double z : {-3.0, 0.0, 1.0, 4.0, 12.0, 40.0}) {
    RandomNumbers random(11);
    double sum = 0;
    constexpr int kDraws = 20'000;
    for (int i = 0; i < kDraws; ++i) {
      const double drawn = draw_normal_above(z, random);
      ASSERT_GE(drawn, z);
      sum += drawn;
    }
    EXPECT_NEAR(sum / kDraws, normal_hazard(z), 0.03) << "above " << z;
  }
}

TEST(Draws, AVarianceLiesAroundItsSquareTheNearerTheMoreIsKnown) {
  RandomNumbers random(3);
  double widest = 0;
  double sum = 0;
  constexpr int kDraws = 20'000;
  for (int i = 0; i < kDraws; ++i) {
    const double variance = draw_variance(50, 4, random);
    sum += variance;
    widest = std::max(widest, variance);
  }
  // The mean of a scaled inverse chi-square is square * freedom / (freedom - 2).
  EXPECT_NEAR(sum / kDraws, 4 * 50.0 / 48, 0.05);
  EXPECT_LT(widest, 16);
}

}  // namespace
}  // namespace headway
