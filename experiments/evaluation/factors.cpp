// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/factors.h"
#include "datasets/base/date.h"
#include "experiments/evaluation/ridge.h"
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <torch/torch.h>

namespace revisit {
namespace {

constexpr std::array penalties = {1e6, 1e5, 1e4, 1e3, 1e2, 1e1, 1.}; // the first says hardly more than the mean
constexpr std::int64_t leastRows = 20;

at::Tensor chosen(std::span<const float> values, const std::vector<std::int64_t>& patches)
{
    std::vector<float> some;
    for (const auto i : patches) some.push_back(values[static_cast<std::size_t>(i)]);
    return torch::tensor(some);
}

// What is regressed on: a number as it is, what goes round as a point on the circle, a category as one-hot.
at::Tensor targets(const Factor& factor, const at::Tensor& values)
{
    if (!factor.choices.empty())
        return torch::one_hot(values.to(at::kLong), static_cast<std::int64_t>(factor.choices.size())).to(at::kDouble);
    if (factor.period <= 0) return values.to(at::kDouble).unsqueeze(1);
    const auto angle = values.to(at::kDouble) * (2 * std::numbers::pi / factor.period);
    return torch::stack({angle.cos(), angle.sin()}, 1);
}

double score(bool isCategory, const at::Tensor& predicted, const at::Tensor& truth)
{
    if (!isCategory) return explained(predicted, truth);
    return predicted.argmax(1).eq(truth.argmax(1)).to(at::kDouble).mean().item<double>();
}

} // namespace

FactorProbes::FactorProbes(const Pack& pack, const std::vector<std::int64_t>& bank,
                           const std::vector<std::int64_t>& probe, const at::Tensor& heldOut)
{
    const auto& factors = pack.format().factors;
    for (std::size_t f = 0; f < factors.size(); ++f) add(factors[f], pack.factor(f), bank, probe, heldOut);
    const auto also = [&](const Factor& factor, const auto& of) {
        if (std::ranges::find(factors, factor.name, &Factor::name) != factors.end()) return;
        std::vector<float> values;
        for (const auto& patch : pack.patches()) values.push_back(static_cast<float>(of(patch)));
        add(factor, values, bank, probe, heldOut);
    };
    also({"longitude", "degrees", 360, {}}, [](const Patch& patch) { return patch.lon; });
    also({"latitude", "degrees", 0, {}}, [](const Patch& patch) { return patch.lat; });
    also({"day_of_year", "days", 365.25, {}},
         [](const Patch& patch) { return patch.dated() ? double(dayOfYear(patch.day) + 1) : NAN; });
}

void FactorProbes::add(const Factor& factor, std::span<const float> values, const std::vector<std::int64_t>& bank,
                       const std::vector<std::int64_t>& probe, const at::Tensor& heldOut)
{
    const auto inBank = chosen(values, bank), inProbe = chosen(values, probe);
    const auto known = [](const at::Tensor& some) { return some.isfinite().nonzero().squeeze(1); };
    Column column{factor.name, !factor.choices.empty(), {}, {}, known(inBank), known(inProbe), {}, {}};
    if (column.bankRows.numel() < leastRows || column.probeRows.numel() < leastRows) return;
    column.bank = targets(factor, inBank.index_select(0, column.bankRows));
    column.probe = targets(factor, inProbe.index_select(0, column.probeRows));
    const auto varies = [](const at::Tensor& some) { return some.std(0, false).max().item<double>() > 1e-9; };
    if (!varies(column.bank) || !varies(column.probe)) return;
    const auto apart = heldOut.to(at::kCPU).index_select(0, column.bankRows);
    column.learnRows = apart.logical_not().nonzero().squeeze(1);
    column.chooseRows = apart.nonzero().squeeze(1);
    m_columns.push_back(std::move(column));
}

Json FactorProbes::held(const at::Tensor& bankFeatures, const at::Tensor& probeFeatures) const
{
    const auto bank = bankFeatures.to(at::kCPU), probe = probeFeatures.to(at::kCPU);
    const bool finite = bank.isfinite().all().item<bool>() && probe.isfinite().all().item<bool>();
    // most factors are known of the same patches, and their features are taken apart once
    std::map<std::vector<std::int64_t>, Ridge> done;
    const auto ridgeOf = [&](const at::Tensor& rows) -> const Ridge& {
        const std::vector<std::int64_t> key(rows.const_data_ptr<std::int64_t>(),
                                            rows.const_data_ptr<std::int64_t>() + rows.numel());
        return done.try_emplace(key, bank.index_select(0, rows)).first->second;
    };
    Json all = Json::object();
    for (const auto& column : m_columns) {
        if (!finite) {
            all[column.name] = nullptr;
            continue;
        }
        double best = penalties.front(), most = -INFINITY;
        if (column.learnRows.numel() >= leastRows && column.chooseRows.numel() > 0) {
            const auto& ridge = ridgeOf(column.bankRows.index_select(0, column.learnRows));
            const auto apart = bank.index_select(0, column.bankRows.index_select(0, column.chooseRows));
            for (const double l2 : penalties) {
                const auto predicted = ridge.predict(column.bank.index_select(0, column.learnRows), apart, l2);
                const double right =
                    score(column.isCategory, predicted, column.bank.index_select(0, column.chooseRows));
                if (right > most) most = right, best = l2;
            }
        }
        const auto predicted =
            ridgeOf(column.bankRows).predict(column.bank, probe.index_select(0, column.probeRows), best);
        all[column.name] = score(column.isCategory, predicted, column.probe);
    }
    return all;
}

} // namespace revisit
