// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/predictor.h"

namespace revisit {

void Predictor::params(Params& p)
{
    p("predictor", width, "Width of the predictor's hidden layer; 0 leaves the predictor out.").range(0, 65536);
    p("predictor_rate", rate, "Factor on the learning rate of the predictor: it has to keep up with what it predicts.")
        .range(0.01, 100)
        .advanced();
}

void Predictor::build(Networks& nets, Ending ending, const std::string& norm) const
{
    if (width > 0) nets.setPredictor(perceptron(nets.head->width(), {{width, nets.head->width()}, ending, norm}));
}

} // namespace revisit
