// SPDX-License-Identifier: Apache-2.0
#include "datasets/splitters/parts.h"

namespace revisit {
namespace {

class Region final : public Splitter {
public:
    About about() const override
    {
        return {"A region",
                "The region between these meridians and parallels is for tests, the rest of the earth for training: "
                "what was learnt elsewhere, is it true here?",
                "Geographic domain shift: Koh et al. 2021 (WILDS, arXiv 2012.07421)."};
    }
    void params(Params& p) override
    {
        p("west", m_west, "Western edge, included; east of the eastern edge where the region goes over the date line.")
            .range(-180, 180)
            .unit("deg");
        p("south", m_south, "Southern edge, included.").range(-90, 90).unit("deg");
        p("east", m_east, "Eastern edge, not included.").range(-180, 180).unit("deg");
        p("north", m_north, "Northern edge, not included but for the pole.").range(-90, 90).unit("deg");
    }
    Splits split(const Pack& pack) const override
    {
        requirePlaces(pack, "region");
        return splitEach(pack, [this](const Patch& patch) {
            const double lon = patch.lon == 180 ? -180 : patch.lon;
            const bool between = m_west <= m_east ? lon >= m_west && lon < m_east : lon >= m_west || lon < m_east;
            return between && patch.lat >= m_south && (patch.lat < m_north || m_north == 90);
        });
    }

private:
    double m_west = -10, m_south = 35, m_east = 30, m_north = 70;
};

} // namespace

std::unique_ptr<Splitter> makeRegionSplit();
std::unique_ptr<Splitter> makeRegionSplit() { return std::make_unique<Region>(); }

} // namespace revisit
