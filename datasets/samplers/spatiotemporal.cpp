// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/random.h"
#include "datasets/samplers/epochs.h"
#include "datasets/samplers/groups.h"
#include <algorithm>

namespace revisit {
namespace {

class Spatiotemporal final : public Sampler {
public:
    About about() const override
    {
        return {"Near places, other dates",
                "The first view is a look, each once per epoch; the others are looks within a distance of it on other "
                "dates, none twice while there are others. A look without such stands for itself.",
                "Jean et al. 2019 (Tile2Vec) for what is near, Mañas et al. 2021 (SeCo) for other dates."};
    }
    void params(Params& p) override
    {
        p("radius_km", m_radiusKm, "How far away the other look may be, centre to centre; the same place is near too.")
            .range(0, 20000)
            .unit("km");
        p("apart_days", m_apartDays, "How many days lie between the first look and another, at least.")
            .range(1, 10000)
            .unit("days");
        m_epochs.params(p);
    }
    void prepare(const Pack& pack, const std::vector<std::int64_t>& patches, std::uint64_t seed) override
    {
        requirePlaces(pack, patches, "spatiotemporal", "temporal or uniform");
        requireDates(pack, patches, "spatiotemporal", "neighbours or uniform");
        m_pack = &pack;
        m_seed = seed;
        m_epochs.prepare(pack, patches, seed);
        m_globe = Globe(pack.patches(), patches);
        m_alone = std::count_if(patches.begin(), patches.end(), [&](std::int64_t i) {
            return !m_globe.any(at(i), m_radiusKm, [&](std::int64_t other) { return isOther(i, other); });
        });
        if (m_alone == static_cast<std::int64_t>(patches.size()))
            throw Error("sampler.radius_km: no training patch of " + pack.format().name + " has another within " +
                            Json(m_radiusKm).dump() + " km and " + Json(m_apartDays).dump() +
                            " days from it; raise it, lower sampler.apart_days, or choose neighbours or temporal",
                        "sampler.radius_km");
    }
    std::string warning(std::int64_t batch) override
    {
        if (m_alone * 10 < static_cast<std::int64_t>(m_epochs.patches().size())) return m_epochs.warning(batch);
        return std::to_string(m_alone) + " of " + std::to_string(m_epochs.patches().size()) +
               " training patches have no other within sampler.radius_km and sampler.apart_days from them, and stand "
               "for themselves";
    }
    std::vector<std::vector<std::int64_t>> draw(std::int64_t step, std::int64_t batch, int views) override
    {
        std::vector<std::vector<std::int64_t>> drawn = {m_epochs.batch(step, batch)};
        drawn.resize(static_cast<std::size_t>(views));
        Random random(m_seed, "spatiotemporal", static_cast<std::uint64_t>(step));
        for (const auto anchor : drawn.front()) {
            auto others = m_globe.around(at(anchor), m_radiusKm);
            std::erase_if(others, [&](std::int64_t i) { return !isOther(anchor, i); });
            if (others.empty()) others = {anchor};
            auto left = others; // of dates not shown yet
            for (std::size_t v = 1; v < drawn.size(); ++v) {
                if (left.empty()) left = others;
                const auto other = left[random.below(left.size())];
                drawn[v].push_back(other);
                std::erase_if(left, [&](std::int64_t i) { return at(i).day == at(other).day; });
            }
        }
        return drawn;
    }

private:
    const Patch& at(std::int64_t i) const { return m_pack->patches()[static_cast<std::size_t>(i)]; }
    bool isOther(std::int64_t a, std::int64_t b) const
    {
        return std::abs(static_cast<std::int64_t>(at(a).day) - at(b).day) >= m_apartDays;
    }
    double m_radiusKm = 10;
    std::int64_t m_apartDays = 1;
    const Pack* m_pack = nullptr;
    std::uint64_t m_seed = 0;
    std::int64_t m_alone = 0;
    Epochs m_epochs;
    Globe m_globe;
};

} // namespace

std::unique_ptr<Sampler> makeSpatiotemporal();
std::unique_ptr<Sampler> makeSpatiotemporal() { return std::make_unique<Spatiotemporal>(); }

} // namespace revisit
