// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/projector.h"

namespace revisit {

void Projector::params(Params& p)
{
    p("projector", widths,
      "Widths of the projector's layers, none or up to three as a rule; the last is the embedding's, and without any "
      "the "
      "backbone's features are the embedding.")
        .range(1, 65536);
    p("projector_norm", norm,
      "What follows each hidden layer of the projector and of what predicts: batch norm, layer norm or none.")
        .choices({"batch", "layer", "none"})
        .advanced();
}

std::shared_ptr<Head> Projector::build(std::int64_t inputs, Ending ending, bool gelu) const
{
    return perceptron(inputs, {widths, ending, norm, gelu});
}

} // namespace revisit
