// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/appearance.h"
#include <span>

namespace revisit::simulation {

/// The layers of a look; shapes as Landscape has them.
void renderOptical(const Setting& setting, const Surface& surface, const Frame& pixels, const Look& look,
                   std::span<float> out);
void renderRadar(const Setting& setting, const Surface& surface, const Frame& pixels, const Look& look, int looks,
                 std::span<float> out);
void renderCover(const Setting& setting, const Surface& surface, const Frame& pixels, const Look& look,
                 std::span<std::uint8_t> out);

/// Share of the ground that so much snow hides.
inline float snowShare(float depthCm) { return 1 - std::exp(-0.35f * depthCm); }

} // namespace revisit::simulation
