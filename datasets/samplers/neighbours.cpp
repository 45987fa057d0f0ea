// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/random.h"
#include "datasets/samplers/epochs.h"
#include "datasets/samplers/groups.h"
#include <algorithm>

namespace revisit {
namespace {

class Neighbours final : public Sampler {
public:
    About about() const override
    {
        return {"Neighbours",
                "The first view is a patch, the others are patches within a distance of it on the ground; a patch "
                "without neighbours stands for itself.",
                "Jean et al. 2019 (Tile2Vec): what is near is alike; its distant negatives are apart_km."};
    }
    void params(Params& p) override
    {
        p("radius_km", m_radiusKm, "How far away a neighbour may be, centre to centre along the ground.")
            .range(0.05, 20000)
            .unit("km");
        m_epochs.params(p);
    }
    void prepare(const Pack& pack, const std::vector<std::int64_t>& patches, std::uint64_t seed) override
    {
        requirePlaces(pack, patches, "neighbours", "uniform");
        m_pack = &pack;
        m_seed = seed;
        m_epochs.prepare(pack, patches, seed);
        m_globe = Globe(pack.patches(), patches);
        const auto isAlone = [&](std::int64_t i) {
            return !m_globe.any(at(i), m_radiusKm, [i](std::int64_t other) { return other != i; });
        };
        m_alone = std::count_if(patches.begin(), patches.end(), isAlone);
        if (m_alone == static_cast<std::int64_t>(patches.size()))
            throw Error("sampler.radius_km: no training patch of " + pack.format().name + " has another within " +
                            Json(m_radiusKm).dump() + " km; raise it, or choose uniform",
                        "sampler.radius_km");
    }
    std::string warning(std::int64_t batch) override
    {
        if (m_alone * 10 < static_cast<std::int64_t>(m_epochs.patches().size())) // a few do no harm
            return m_epochs.warning(batch);
        return std::to_string(m_alone) + " of " + std::to_string(m_epochs.patches().size()) +
               " training patches have no neighbour within sampler.radius_km and stand for themselves";
    }
    std::vector<std::vector<std::int64_t>> draw(std::int64_t step, std::int64_t batch, int views) override
    {
        std::vector<std::vector<std::int64_t>> drawn = {m_epochs.batch(step, batch)};
        drawn.resize(static_cast<std::size_t>(views));
        Random random(m_seed, "neighbours", static_cast<std::uint64_t>(step));
        for (const auto anchor : drawn.front()) {
            auto near = m_globe.around(at(anchor), m_radiusKm);
            near.erase(std::find(near.begin(), near.end(), anchor));
            for (std::size_t v = 1; v < drawn.size(); ++v)
                drawn[v].push_back(near.empty() ? anchor : near[random.below(near.size())]);
        }
        return drawn;
    }

private:
    double m_radiusKm = 200; ///< planet's tiles of 32 px are 119 km apart
    const Patch& at(std::int64_t i) const { return m_pack->patches()[static_cast<std::size_t>(i)]; }
    const Pack* m_pack = nullptr; ///< the caller's, who draws while it is open
    std::uint64_t m_seed = 0;
    std::int64_t m_alone = 0;
    Epochs m_epochs;
    Globe m_globe;
};

} // namespace

std::unique_ptr<Sampler> makeNeighbours();
std::unique_ptr<Sampler> makeNeighbours() { return std::make_unique<Neighbours>(); }

} // namespace revisit
