// SPDX-License-Identifier: Apache-2.0
#include "datasets/samplers/epochs.h"
#include "datasets/samplers/draws.h"
#include <algorithm>

namespace revisit {

void Epochs::params(Params& p)
{
    p("apart_km", m_apartKm,
      "How far apart the patches of a batch have to be, so that none is a false negative of another; 0 does not ask.")
        .range(0, 20000)
        .unit("km");
}

void Epochs::prepare(const Pack& pack, const std::vector<std::int64_t>& patches, std::uint64_t seed)
{
    if (patches.empty()) throw Error(pack.file().string() + ": has no training patches");
    const auto isLost = [&](std::int64_t i) { return !pack.patches()[static_cast<std::size_t>(i)].located(); };
    if (m_apartKm > 0 && std::any_of(patches.begin(), patches.end(), isLost))
        throw Error("sampler.apart_km: how far patches are apart cannot be told, because " + pack.format().name +
                        " does not say where they are; set it to 0",
                    "sampler.apart_km");
    m_points.clear();
    if (m_apartKm > 0)
        std::transform(pack.patches().begin(), pack.patches().end(), std::back_inserter(m_points), pointOf);
    m_patches = patches;
    m_seed = seed;
    m_epoch = -1;
}

void Epochs::shuffle(std::int64_t epoch)
{
    m_order = m_patches;
    Random random(m_seed, "sampler", static_cast<std::uint64_t>(epoch));
    revisit::shuffle(m_order, random);
    m_epoch = epoch;
}

void Epochs::spread(std::int64_t epoch, std::int64_t size)
{
    shuffle(epoch);
    m_size = size;
    m_near = 0;
    const auto whole = static_cast<std::size_t>(size);
    const auto lookAhead = 8 * whole; // a bound on the work where few fit
    const double chord = chordOf(m_apartKm);
    const auto pointAt = [&](std::int64_t i) -> const Point& { return m_points[static_cast<std::size_t>(i)]; };
    const auto at = [&](std::size_t k) { return m_order.begin() + static_cast<std::ptrdiff_t>(k); };
    for (std::size_t first = 0; first + whole <= m_order.size(); first += whole) {
        const auto last = first + whole;
        auto end = first; // of those that stand apart
        for (auto k = first; end < last && k < std::min(m_order.size(), first + lookAhead); ++k) {
            const auto isNear = [&](std::int64_t other) {
                return squaredBetween(pointAt(m_order[k]), pointAt(other)) < chord * chord;
            };
            if (std::any_of(at(first), at(end), isNear)) continue;
            std::rotate(at(end), at(k), at(k + 1));
            ++end;
        }
        m_near += static_cast<std::int64_t>(last - end);
    }
}

std::vector<std::int64_t> Epochs::batch(std::int64_t step, std::int64_t size)
{
    const auto count = static_cast<std::int64_t>(m_patches.size());
    const bool isApart = m_apartKm > 0 && size <= count;
    const auto length = isApart ? count / size * size : count;
    std::vector<std::int64_t> drawn;
    drawn.reserve(static_cast<std::size_t>(size));
    for (std::int64_t k = (step - 1) * size; k < step * size; ++k) {
        const auto epoch = k / length;
        if (epoch != m_epoch || (isApart && size != m_size)) isApart ? spread(epoch, size) : shuffle(epoch);
        drawn.push_back(m_order[static_cast<std::size_t>(k % length)]);
    }
    return drawn;
}

std::string Epochs::warning(std::int64_t size)
{
    if (m_apartKm == 0) return {};
    const auto count = static_cast<std::int64_t>(m_patches.size());
    if (size > count) return "a batch is larger than an epoch, so that patches meet themselves in it";
    spread(0, size);
    if (m_near * 100 < count) return {}; // the few that an epoch ends with do no harm
    return std::to_string(m_near) + " of the " + std::to_string(count / size * size) +
           " patches of the first epoch's batches are nearer than sampler.apart_km to another of their batch, because "
           "no more are so far apart; lower it, or training.batch";
}

} // namespace revisit
