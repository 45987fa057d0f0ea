// SPDX-License-Identifier: Apache-2.0
#include "objectivetesting.h"
#include <map>

using namespace objectivetesting;

namespace {

/// Keeps what it is given.
struct Recorder final : Net {
    Recorder() : Net(1) {}
    at::Tensor forward(at::Tensor x) override
    {
        given = x;
        return x.mean({1, 2, 3}).unsqueeze(1);
    }
    at::Tensor given;
};

std::unique_ptr<Networks> built(Objective& of)
{
    auto nets = std::make_unique<Networks>();
    const auto backbone = backboneFor("simclr");
    const auto another = [&] { return backbone->build(3, 32); };
    nets->setBackbone(another());
    of.build(*nets, {another, 3, 32, 3});
    initialise(*nets, 1);
    return nets;
}

} // namespace

/// What objectives put on a backbone, and how they use it.
class TestObjectiveNetworks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Their lengths have no effect but on how fast they turn.
    void prototypesBeginWithALengthOfOne()
    {
        for (const char* name : {"swav", "dino"}) {
            const auto of = objective(name);
            const auto rows = built(*of)->prototypes->named_parameters()["weight"].norm(2, 1);
            QVERIFY2(std::abs(rows.mean().item<double>() - 1) < 0.05, name);
        }
    }

    void aMomentumOfZeroMakesTheTeacherThePupil()
    {
        for (const char* name : {"byol", "mocov3", "dino"}) {
            const auto of = objective(name, {{"momentum", 0}}); // which would rise
            auto nets = built(*of);
            const torch::NoGradGuard none;
            for (auto& weight : nets->backbone->parameters()) weight.add_(1);
            auto given = sample(name, 4);
            if (std::string(name) == "dino")
                for (auto& goal : given.goals) goal = torch::zeros({4, nets->prototypes->width()});
            Alone alone;
            of->stepped(*nets, given, alone, {50, 100});
            const auto pupil = nets->backbone->named_parameters();
            for (const auto& item : nets->teacher->backbone->named_parameters())
                QVERIFY2(item.value().equal(pupil[item.key()]), name);
        }
    }

    void thePredictorHasTheProjectorsNorm()
    {
        for (const char* name : {"byol", "simsiam", "mocov3"})
            for (const char* norm : {"batch", "layer", "none"}) {
                const auto of = objective(name, {{"projector_norm", norm}});
                std::map<std::string, int> found;
                for (const auto& module : built(*of)->predictor->modules())
                    ++found[module->as<torch::nn::BatchNorm1d>() ? "batch"
                            : module->as<torch::nn::LayerNorm>() ? "layer"
                                                                 : ""];
                if (std::string(norm) != "none") QVERIFY2(found[norm] > 0, name);
                if (std::string(norm) == "layer" && std::string(name) != "mocov3") QCOMPARE(found["batch"], 0);
            }
    }

    void piecesOfNeighbouringCellsKeepTheirGap_data()
    {
        QTest::addColumn<int>("side");
        QTest::addColumn<double>("gap");
        QTest::addColumn<int>("piece");
        QTest::newRow("a small view") << 32 << 0.2 << 8;
        QTest::newRow("a large one") << 64 << 0.2 << 17;
        QTest::newRow("far apart") << 64 << 0.5 << 11;
        QTest::newRow("no gap") << 64 << 0.0 << 21;
    }
    void piecesOfNeighbouringCellsKeepTheirGap()
    {
        QFETCH(int, side);
        QFETCH(double, gap);
        QFETCH(int, piece);
        const auto of = objective("position", {{"gap", gap}});
        Networks nets;
        const auto recorder = std::make_shared<Recorder>();
        nets.setBackbone(recorder);
        of->build(nets, {{}, 2, side, 0});
        const auto x = torch::arange(side, torch::kFloat).expand({side, side});
        Batch batch;
        batch.views = {torch::stack({x, x.t()}).expand({500, 2, side, side})}; // each pixel is its place
        batch.key = 1;
        of->encode(batch, nets);
        const auto places = recorder->given; // [1000, 2, piece, piece]: the middles, then the others
        QCOMPARE(places.size(2), std::int64_t(piece));
        const auto first = places.amin({2, 3}), last = places.amax({2, 3});
        const auto apart = torch::max(first.narrow(0, 500, 500) - last.narrow(0, 0, 500),
                                      first.narrow(0, 0, 500) - last.narrow(0, 500, 500))
                               .amax(1) -
                           1; // pixels between them, along x or y
        const int slack = side / 3 - piece;
        QCOMPARE(apart.min().item<double>(), double(slack - slack / 2));
    }
};

QTEST_APPLESS_MAIN(TestObjectiveNetworks)
#include "tst_objectivenetworks.moc"
