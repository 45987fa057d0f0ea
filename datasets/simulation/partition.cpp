// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/partition.h"
#include "datasets/simulation/noise.h"

namespace revisit::simulation {

Partition::Partition(const PartitionStyle& style, double reachM, std::uint64_t key) : m_axis(style.orientationDeg)
{
    // the outermost piece is far larger than any frame, and off centre so that its first cuts are not through the
    // centre
    const double side = 40'000, du = side * (chance(key, 1) - 0.5) * 0.3, dv = side * (chance(key, 2) - 0.5) * 0.3;
    const Piece all{static_cast<float>(du - side), static_cast<float>(dv - side), static_cast<float>(du + side),
                    static_cast<float>(dv + side), key};
    m_top = divide(style, all, static_cast<float>(reachM));
}

std::int32_t Partition::divide(const PartitionStyle& style, const Piece& area, float reach)
{
    const float width = area.u1 - area.u0, height = area.v1 - area.v0;
    const double m2 = static_cast<double>(width) * height;
    const double wanted = style.pieceM2 * (1 + (1 - style.regularity) * (1.4 * chance(area.key, 3) - 0.6));
    if (m2 < 1.5 * wanted || std::min(width, height) < 6) {
        m_pieces.push_back(area);
        m_nodes.push_back({});
        m_nodes.back().high = static_cast<std::int32_t>(m_pieces.size()) - 1;
        return static_cast<std::int32_t>(m_nodes.size()) - 1;
    }
    Node node;
    // strips: near the end all cuts run along u; blocks of strips lie now this way, now the other
    const bool strips = m2 < 8 * style.pieceM2;
    const double longer = strips ? style.elongation : std::sqrt(style.elongation);
    node.cutsU = width > longer * height;
    const double slack = 0.36 * (1 - style.regularity);
    const double share = 0.5 + slack * (chance(area.key, 4) - 0.5);
    node.position = static_cast<float>(node.cutsU ? area.u0 + share * width : area.v0 + share * height);
    node.rank = m2 > style.roadM2 ? 1 : m2 > style.trackM2 ? 2 : 3;
    node.half = static_cast<float>(node.rank == 1 ? style.roadHalfM : node.rank == 2 ? style.trackHalfM : 0);
    Piece low = area, high = area;
    (node.cutsU ? low.u1 : low.v1) = node.position - node.half;
    (node.cutsU ? high.u0 : high.v0) = node.position + node.half;
    low.key = hash(area.key, 5);
    high.key = hash(area.key, 6);
    const bool seesLow = node.position - node.half > -reach, seesHigh = node.position + node.half < reach;
    if (!seesHigh) return divide(style, low, reach);
    if (!seesLow) return divide(style, high, reach);
    const auto index = m_nodes.size();
    m_nodes.push_back(node);
    const std::int32_t a = divide(style, low, reach), b = divide(style, high, reach);
    m_nodes[index].low = a;
    m_nodes[index].high = b;
    return static_cast<std::int32_t>(index);
}

} // namespace revisit::simulation
