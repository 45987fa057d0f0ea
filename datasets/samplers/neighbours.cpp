// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/random.h"
#include "datasets/samplers/epochs.h"
#include <algorithm>
#include <array>
#include <numbers>
#include <unordered_map>

namespace revisit {
namespace {

// Places on the unit sphere, in cubes whose edge is the radius sought: what is near lies in the 27 cubes around. In
// space there is no date line and no pole.
class Globe {
public:
    Globe() = default;
    Globe(const Pack& pack, const std::vector<std::int64_t>& patches, double radiusKm)
        : m_chord(2 * std::sin(std::min(radiusKm / 6371.0088, std::numbers::pi) / 2))
    {
        for (const auto i : patches) {
            const auto& patch = pack.patches()[static_cast<std::size_t>(i)];
            const double lon = patch.lon * std::numbers::pi / 180, lat = patch.lat * std::numbers::pi / 180;
            m_points[i] = {std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
            m_cubes[key(cube(m_points[i]))].push_back(i);
        }
    }
    /// The others within the radius, in an order that does not depend on hashing.
    std::vector<std::int64_t> around(std::int64_t patch) const
    {
        const auto& here = m_points.at(patch);
        const auto centre = cube(here);
        std::vector<std::int64_t> near;
        for (int k = 0; k < 27; ++k) {
            const auto found =
                m_cubes.find(key({centre[0] + k % 3 - 1, centre[1] + k / 3 % 3 - 1, centre[2] + k / 9 - 1}));
            if (found == m_cubes.end()) continue;
            for (const auto other : found->second) {
                double squared = 0;
                const auto& there = m_points.at(other);
                for (std::size_t d = 0; d < 3; ++d) squared += (here[d] - there[d]) * (here[d] - there[d]);
                if (other != patch && squared <= m_chord * m_chord) near.push_back(other);
            }
        }
        return near;
    }

private:
    using Cube = std::array<std::int64_t, 3>;
    Cube cube(const std::array<double, 3>& point) const
    {
        Cube at{};
        for (std::size_t d = 0; d < 3; ++d) at[d] = static_cast<std::int64_t>(std::floor((point[d] + 1) / m_chord));
        return at;
    }
    static std::int64_t key(const Cube& cube) // 2 / chord is below 2^20 for a radius above 13 m
    {
        return (cube[0] << 42) + (cube[1] << 21) + cube[2];
    }
    double m_chord = 1;
    std::unordered_map<std::int64_t, std::array<double, 3>> m_points;
    std::unordered_map<std::int64_t, std::vector<std::int64_t>> m_cubes;
};

class Neighbours final : public Sampler {
public:
    About about() const override
    {
        return {"Neighbours",
                "The first view is a patch, the others are patches within a distance of it on the ground; a patch "
                "without neighbours stands for itself.",
                "Jean et al. 2019 (Tile2Vec): what is near is alike."};
    }
    void params(Params& p) override
    {
        p("radius_km", m_radiusKm, "How far away a neighbour may be, centre to centre along the ground.")
            .range(0.05, 20000)
            .unit("km");
    }
    void prepare(const Pack& pack, std::uint64_t seed) override
    {
        m_epochs = Epochs(pack, seed);
        m_seed = seed;
        for (const auto i : m_epochs.patches())
            if (!pack.patches()[static_cast<std::size_t>(i)].located())
                throw Error("sampler: neighbours needs to know where patches are, and " + pack.format().name +
                                " does not say; choose uniform",
                            "sampler.name");
        m_globe = Globe(pack, m_epochs.patches(), m_radiusKm);
        const auto& all = m_epochs.patches();
        const auto isAlone = [&](std::int64_t patch) { return m_globe.around(patch).empty(); };
        m_alone = std::count_if(all.begin(), all.end(), isAlone);
        if (m_alone == static_cast<std::int64_t>(all.size()))
            throw Error("sampler.radius_km: no training patch of " + pack.format().name + " has another within " +
                            Json(m_radiusKm).dump() + " km; raise it, or choose uniform",
                        "sampler.radius_km");
    }
    std::string warning() const override
    {
        if (m_alone * 10 < static_cast<std::int64_t>(m_epochs.patches().size())) return {}; // a few do no harm
        return std::to_string(m_alone) + " of " + std::to_string(m_epochs.patches().size()) +
               " training patches have no neighbour within sampler.radius_km and stand for themselves";
    }
    std::vector<std::vector<std::int64_t>> draw(std::int64_t step, std::int64_t batch, int views) override
    {
        std::vector<std::vector<std::int64_t>> drawn = {m_epochs.batch(step, batch)};
        drawn.resize(static_cast<std::size_t>(views));
        Random random(m_seed, "neighbours", static_cast<std::uint64_t>(step));
        for (const auto anchor : drawn.front()) {
            const auto near = m_globe.around(anchor);
            for (std::size_t v = 1; v < drawn.size(); ++v)
                drawn[v].push_back(near.empty() ? anchor : near[random.below(near.size())]);
        }
        return drawn;
    }

private:
    double m_radiusKm = 200; ///< planet's tiles of 32 px are 119 km apart
    std::uint64_t m_seed = 0;
    std::int64_t m_alone = 0;
    Epochs m_epochs;
    Globe m_globe;
};

} // namespace

std::unique_ptr<Sampler> makeNeighbours();
std::unique_ptr<Sampler> makeNeighbours() { return std::make_unique<Neighbours>(); }

} // namespace revisit
