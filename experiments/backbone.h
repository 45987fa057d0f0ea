// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/component.h"
#include "experiments/network.h"

namespace revisit {

/// One stage of an architecture, as a sketch of it shows it.
struct Stage {
    std::string what;         ///< "conv 7x7", "2 residual blocks"
    std::int64_t channels;    ///< that it gives
    std::int64_t sidePx;      ///< of the map that it gives; 1 for what is no map any more
    std::int64_t receptivePx; ///< side of the part of the image that one element of the map has seen, at most the image
};

/// Stages one after the other: keeps count of the map's side and of what its elements have seen.
class Stages {
public:
    Stages(std::int64_t inputPx) : m_inputPx(inputPx), m_side(inputPx) {}
    /// The last layer of a stage, or one inside of it, which is not listed.
    Stages& layer(std::int64_t kernel, std::int64_t stride = 1);
    Stages& end(std::string what, std::int64_t channels);
    /// A stage whose elements have seen the whole image, as a list of tokens or one vector.
    Stages& whole(std::string what, std::int64_t channels, std::int64_t sidePx);
    operator std::vector<Stage>() const { return m_list; }

private:
    std::int64_t m_inputPx, m_side, m_jump = 1, m_receptive = 1;
    std::vector<Stage> m_list;
};

/// An architecture: what turns an image into features.
class Backbone : public Component {
public:
    /// A network [N, bands, sizePx, sizePx] -> [N, width], its weights not yet initialised. Error when the size is too
    /// small for it.
    virtual std::shared_ptr<Net> build(std::int64_t bands, std::int64_t sizePx) const = 0;
    /// What build() makes, from the image to the features.
    virtual std::vector<Stage> stages(std::int64_t bands, std::int64_t sizePx) const = 0;
};

const std::vector<Entry<Backbone>>& backbones();

} // namespace revisit
