// SPDX-License-Identifier: Apache-2.0
#include "datasets/samplers/epochs.h"
#include "datasets/base/random.h"

namespace revisit {

Epochs::Epochs(const Pack& pack, std::uint64_t seed) : m_patches(pack.indices(Split::Train)), m_seed(seed)
{
    if (m_patches.empty()) throw Error(pack.file().string() + ": has no training patches");
}

void Epochs::shuffle(std::int64_t epoch)
{
    m_order = m_patches;
    Random random(m_seed, "sampler", static_cast<std::uint64_t>(epoch));
    for (std::size_t left = m_order.size(); left > 1; --left) std::swap(m_order[left - 1], m_order[random.below(left)]);
    m_epoch = epoch;
}

std::vector<std::int64_t> Epochs::batch(std::int64_t step, std::int64_t size)
{
    const auto count = static_cast<std::int64_t>(m_patches.size());
    std::vector<std::int64_t> drawn;
    drawn.reserve(static_cast<std::size_t>(size));
    for (std::int64_t k = (step - 1) * size; k < step * size; ++k) {
        if (k / count != m_epoch) shuffle(k / count);
        drawn.push_back(m_order[static_cast<std::size_t>(k % count)]);
    }
    return drawn;
}

} // namespace revisit
