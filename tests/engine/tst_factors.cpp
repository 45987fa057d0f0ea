// SPDX-License-Identifier: Apache-2.0
#include "engine/packtools.h"
#include "experiments/evaluation/factors.h"
#include "experiments/evaluation/ridge.h"
#include "golden.h"
#include <QtTest/QtTest>
#include <torch/torch.h>

using golden::X;
using namespace revisit;
using namespace revisit::testing;

namespace {

constexpr std::int64_t patches = 400;

/// Places with a height, an hour (of 24), a cover of three kinds, something that does not vary and something half
/// known.
std::shared_ptr<Pack> known(const QTemporaryDir& folder)
{
    PackContents contents{smallFormat(), {}, {}, {}};
    contents.format.factors = {{"height", "m", 0, {}},
                               {"hour", "h", 24, {}},
                               {"cover", "", 0, {"sand", "ice", "moss"}},
                               {"constant", "", 0, {}},
                               {"seldom", "", 0, {}}};
    contents.factors.resize(5);
    for (std::int64_t i = 0; i < patches; ++i) {
        const double k = static_cast<double>(i);
        contents.patches.push_back({.id = std::to_string(i),
                                    .lon = std::fmod(k * 37, 360) - 180,
                                    .lat = std::fmod(k * 13, 100) - 50,
                                    .day = static_cast<std::int32_t>(18000 + i * 3),
                                    .place = static_cast<std::uint32_t>(i)});
        contents.factors[0].push_back(static_cast<float>(std::fmod(k * 71, 1000)));
        contents.factors[1].push_back(static_cast<float>(std::fmod(k * 7, 24)));
        contents.factors[2].push_back(static_cast<float>(i * 5 % 3));
        contents.factors[3].push_back(4);
        contents.factors[4].push_back(i % 2 ? static_cast<float>(std::fmod(k * 11, 50)) : NAN);
    }
    const auto file = pathIn(folder, "known.pack");
    writePack(file, contents, fillRecord<std::uint8_t>, goOn);
    return Pack::open(file);
}

std::vector<std::int64_t> range(std::int64_t from, std::int64_t to)
{
    std::vector<std::int64_t> all;
    for (auto i = from; i < to; ++i) all.push_back(i);
    return all;
}

at::Tensor column(const Pack& pack, std::size_t f)
{
    const auto values = pack.factor(f);
    return torch::tensor(std::vector<float>(values.begin(), values.end())).to(at::kDouble);
}

} // namespace

class TestFactors : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::shared_ptr<Pack> m_pack = known(m_folder);
    const std::vector<std::int64_t> m_bank = range(0, 300), m_probe = range(300, patches);
    Json held(const at::Tensor& features) const
    {
        const auto heldOut = torch::arange(300).remainder(5).eq(0);
        return FactorProbes(*m_pack, m_bank, m_probe, heldOut)
            .held(features.narrow(0, 0, 300), features.narrow(0, 300, 100));
    }

private Q_SLOTS:
    void regressesAsScikitLearnDoes()
    {
        auto x = X({50, 7}, 0.53);
        x.select(1, 6).fill_(3);
        const auto mixed = torch::tensor({{1.0, -2.0}, {0.5, 1.0}}, at::kDouble);
        const auto y = x.narrow(1, 0, 2).mm(mixed) + 0.3 * X({50, 2}, 1.1);
        const Ridge ridge(x.narrow(0, 0, 40));
        for (const auto& expected : golden::read("evaluation.json")["ridge X(50,7,.53) x6=3"]) {
            const auto predicted = ridge.predict(y.narrow(0, 0, 40), x.narrow(0, 40, 10), expected["l2"].get<double>());
            QVERIFY(golden::difference(predicted, golden::tensor(expected["predicted"])) < 1e-6);
            COMPARE_NEAR(explained(predicted, y.narrow(0, 40, 10)), expected["explained"].get<double>(), 1e-9);
        }
    }
    void namesWhatVaries()
    {
        const auto found = held(X({patches, 8}, 0.7));
        for (const auto* const name : {"height", "hour", "cover", "seldom", "longitude", "latitude", "day_of_year"})
            QVERIFY2(found.contains(name), name);
        QVERIFY(!found.contains("constant"));
    }
    void findsWhatTheFeaturesHoldAndNotWhatTheyDoNot()
    {
        const auto noise = torch::randn({patches, 6}, at::make_generator<at::CPUGeneratorImpl>(3), at::kDouble);
        const auto angle = column(*m_pack, 1) * (2 * M_PI / 24);
        const auto none = held(noise);
        for (const auto& [name, value] : none.items())
            QVERIFY2(value.get<double>() < (name == "cover" ? 0.5 : 0.15), name.c_str());
        const auto all =
            held(torch::cat({noise, column(*m_pack, 0).unsqueeze(1), angle.cos().unsqueeze(1), angle.sin().unsqueeze(1),
                             column(*m_pack, 2).eq(1).to(at::kDouble).unsqueeze(1),
                             column(*m_pack, 2).eq(2).to(at::kDouble).unsqueeze(1)},
                            1));
        QVERIFY(all["height"].get<double>() > 0.95);
        QVERIFY(all["hour"].get<double>() > 0.95);
        QCOMPARE(all["cover"].get<double>(), 1.0);
        QVERIFY(all["latitude"].get<double>() < 0.2);
    }
    void saysNothingOfFeaturesThatAreNoNumbers()
    {
        const auto found = held(torch::full({patches, 4}, NAN));
        QVERIFY(found["height"].is_null());
    }
};

QTEST_MAIN(TestFactors)
#include "tst_factors.moc"
