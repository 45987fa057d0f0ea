// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/grid.h"

namespace revisit::simulation {

/// How land is divided.
struct PartitionStyle {
    double pieceM2 = 20'000;   ///< typical area of a piece
    double elongation = 1.5;   ///< length to width
    double regularity = 0;     ///< 1: cuts halve exactly, as a cadastral grid does
    double roadM2 = 400'000;   ///< cuts of areas larger than this are roads
    double trackM2 = 60'000;   ///< ... tracks; smaller areas are cut without a way
    double roadHalfM = 4;      ///< half the width of a road
    double trackHalfM = 2;     ///< half the width of a track
    double orientationDeg = 0; ///< of the long cuts, clockwise from north
};

/// A plane cut again and again by straight lines, as inheritance, ploughs and surveyors divide land: ways end at other
/// ways, so that they connect. A function of the place: a larger frame sees the same pieces and more around them.
class Partition {
public:
    struct Piece {
        float u0, v0, u1, v1; ///< metres along and across the orientation
        std::uint64_t key;    ///< of this piece alone
    };
    /// Where a point is: in a piece, or on a way of rank 1 (road), 2 (track), with metres to the nearest edge.
    struct Hit {
        std::int32_t piece; ///< -1 on a way
        std::int32_t rank;
        float u, v;
    };
    /// Divides what lies within reachM of the centre.
    Partition(const PartitionStyle& style, double reachM, std::uint64_t key);
    Hit at(double x, double y) const
    {
        const auto u = static_cast<float>(m_axis.along(x, y)), v = static_cast<float>(m_axis.across(x, y));
        std::int32_t i = m_top;
        while (m_nodes[static_cast<std::size_t>(i)].low >= 0) {
            const Node& node = m_nodes[static_cast<std::size_t>(i)];
            const float d = (node.cutsU ? u : v) - node.position;
            if (std::abs(d) < node.half) return {-1, node.rank, u, v};
            i = d < 0 ? node.low : node.high;
        }
        return {m_nodes[static_cast<std::size_t>(i)].high, 0, u, v};
    }
    const std::vector<Piece>& pieces() const { return m_pieces; }

private:
    struct Node {
        float position = 0, half = 0;
        std::int32_t low = -1, high = -1; ///< children; in a leaf -1 and the piece
        std::int32_t rank = 0;
        bool cutsU = false;
    };
    Axis m_axis;
    std::vector<Node> m_nodes;
    std::vector<Piece> m_pieces;
    std::int32_t m_top = 0;
    std::int32_t divide(const PartitionStyle& style, const Piece& area, float reach);
};

} // namespace revisit::simulation
