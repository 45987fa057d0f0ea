// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/sweep.h"

namespace revisit {

/// Makes all that the run is made of, data and networks, in a temporary folder. Error, naming the run, where training
/// could not begin.
void rehearse(const Sweep::Run& run);

/// How fast a run trains here, found by training it for up to 8 s in a temporary folder.
struct Speed {
    double secondsPerStep = 0, stepsPerEpoch = 0;
    std::int64_t steps = 0; ///< that fill the minutes asked for
    double epochs() const;
};
Speed speedOf(const Sweep::Run& run, double minutes);

/// Gives the run its steps. Where its file leaves the probes to the engine, there are ten or more, one of them after
/// the epochs at which all settings are compared.
void pace(Json& run, const Speed& own, double compared);

} // namespace revisit
