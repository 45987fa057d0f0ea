// SPDX-License-Identifier: Apache-2.0
#include "experiments/backbone.h"
#include <algorithm>

namespace revisit {

std::unique_ptr<Backbone> makeSmallConv();
std::unique_ptr<Backbone> makeResNet18();
std::unique_ptr<Backbone> makeResNet34();
std::unique_ptr<Backbone> makeResNet50();
std::unique_ptr<Backbone> makeConvNeXtV2();
std::unique_ptr<Backbone> makeVit();
std::unique_ptr<Backbone> makeRandomConv();
std::unique_ptr<Backbone> makeStatistics();

const std::vector<Entry<Backbone>>& backbones()
{
    static const std::vector<Entry<Backbone>> list = {
        {"smallconv", makeSmallConv},   {"resnet18", makeResNet18},     {"resnet34", makeResNet34},
        {"resnet50", makeResNet50},     {"convnextv2", makeConvNeXtV2}, {"vit", makeVit},
        {"randomconv", makeRandomConv}, {"statistics", makeStatistics},
    };
    return list;
}

Stages& Stages::layer(std::int64_t kernel, std::int64_t stride)
{
    m_receptive += (kernel - 1) * m_jump;
    m_jump *= stride;
    m_side = (m_side + stride - 1) / stride;
    return *this;
}

Stages& Stages::end(std::string what, std::int64_t channels)
{
    m_list.push_back({std::move(what), channels, m_side, std::min(m_receptive, m_inputPx)});
    return *this;
}

Stages& Stages::whole(std::string what, std::int64_t channels, std::int64_t sidePx)
{
    m_side = sidePx;
    m_list.push_back({std::move(what), channels, m_side, m_inputPx});
    return *this;
}

} // namespace revisit
