// SPDX-License-Identifier: Apache-2.0
#include "experiments/backbone.h"

namespace revisit {

std::unique_ptr<Backbone> makeSmallConv();
std::unique_ptr<Backbone> makeResNet18();

const std::vector<Entry<Backbone>>& backbones()
{
    static const std::vector<Entry<Backbone>> list = {
        {"smallconv", makeSmallConv},
        {"resnet18", makeResNet18},
    };
    return list;
}

} // namespace revisit
