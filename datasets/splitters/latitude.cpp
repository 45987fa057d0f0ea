// SPDX-License-Identifier: Apache-2.0
#include "datasets/splitters/parts.h"

namespace revisit {
namespace {

class Latitude final : public Splitter {
public:
    About about() const override
    {
        return {"A belt of latitudes",
                "The latitudes between two parallels are for tests, the whole way around: another climate than the one "
                "that was learnt from.",
                "Geographic domain shift: Koh et al. 2021 (WILDS, arXiv 2012.07421)."};
    }
    void params(Params& p) override
    {
        p("south", m_south, "Southern edge, included.").range(-90, 90).unit("deg");
        p("north", m_north, "Northern edge, not included but for the pole.").range(-90, 90).unit("deg");
    }
    Splits split(const Pack& pack) const override
    {
        requirePlaces(pack, "latitude");
        return splitEach(pack, [this](const Patch& patch) {
            return patch.lat >= m_south && (patch.lat < m_north || m_north == 90);
        });
    }

private:
    double m_south = -23.4, m_north = 23.4;
};

} // namespace

std::unique_ptr<Splitter> makeLatitudeSplit();
std::unique_ptr<Splitter> makeLatitudeSplit() { return std::make_unique<Latitude>(); }

} // namespace revisit
