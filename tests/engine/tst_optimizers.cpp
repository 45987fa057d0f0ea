// SPDX-License-Identifier: Apache-2.0
#include "experiments/optimizer.h"
#include "experiments/schedule.h"
#include "golden.h"
#include <QtTest/QtTest>
#include <torch/torch.h>

using namespace revisit;

namespace {

// One matrix, so that weight decay applies.
struct Weights : torch::nn::Module {
    Weights() { w = register_parameter("w", golden::X({4, 3}, 0.9)); }
    torch::Tensor w;
};

std::unique_ptr<Optimizer> optimizer(const char* name, const Json& settings)
{
    auto made = make(optimizers(), name, "optimizer");
    made->read(settings, "optimizer", name);
    return made;
}

void stepTimes(Optimizer& by, Weights& weights, int from, int to, double rate)
{
    for (int i = from; i < to; ++i) {
        weights.w.mutable_grad() = golden::X({4, 3}, 0.2 + 0.1 * i);
        by.step(rate);
    }
}

} // namespace

class TestOptimizers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void matchGoldenSteps_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("settings");
        QTest::addColumn<double>("rate");
        QTest::addColumn<QString>("golden");
        QTest::newRow("SGD") << "sgd"
                             << R"({"momentum": 0.9, "weight_decay": 5e-4})" << 0.1 << "sgd lr.1 m.9 wd5e-4";
        QTest::newRow("AdamW") << "adamw"
                               << R"({"beta1": 0.9, "beta2": 0.95, "weight_decay": 0.05})" << 1e-2
                               << "adamw lr1e-2 b(.9,.95) wd.05";
        QTest::newRow("LARS") << "lars"
                              << R"({"momentum": 0.9, "weight_decay": 1e-4, "trust": 0.001})" << 0.1
                              << "lars lr.1 m.9 wd1e-4 trust.001";
    }
    void matchGoldenSteps()
    {
        QFETCH(QString, name);
        QFETCH(QString, settings);
        QFETCH(double, rate);
        QFETCH(QString, golden);
        const auto wanted =
            golden::read("golden.json")["optim p=X(4,3,.9) grad_i=X(4,3,.2+.1i) 3 steps"][golden.toStdString()];
        Weights weights;
        auto by = optimizer(qPrintable(name), Json::parse(settings.toStdString()));
        by->attach(weights);
        for (int i = 0; i < 3; ++i) {
            stepTimes(*by, weights, i, i + 1, rate);
            if (wanted.size() == 3)
                QVERIFY(golden::difference(weights.w.detach().flatten(),
                                           golden::tensor(wanted[static_cast<std::size_t>(i)]).flatten()) < 1e-6);
        }
        QVERIFY(golden::difference(weights.w.detach().flatten(), golden::tensor(wanted.back()).flatten()) < 1e-6);
    }

    void larsMatchesItsPeerOnWeightsAndBiases()
    {
        for (const auto& item : golden::read("objectives.json")["optimizers"]) {
            const auto& settings = item["settings"];
            const auto x = [](const nlohmann::json& input) {
                const auto shape = input["shape"].get<std::vector<std::int64_t>>();
                if (input.contains("fill")) return torch::full(shape, input["fill"].get<double>(), torch::kDouble);
                return golden::X(shape, input["a"]);
            };
            torch::nn::Module module;
            for (const auto& [name, input] : item["begin"].items()) module.register_parameter(name, x(input));
            const auto lars = optimizer("lars", {{"momentum", settings["momentum"].get<double>()},
                                                 {"weight_decay", settings["weight_decay"].get<double>()},
                                                 {"trust", settings["trust_coefficient"].get<double>()}});
            lars->attach(module);
            for (std::size_t step = 0; step < item["rates"].size(); ++step) {
                for (auto& weight : module.named_parameters())
                    weight.value().mutable_grad() = x(item["gradients"][weight.key()][step]);
                lars->step(item["rates"][step]);
                for (const auto& weight : module.named_parameters())
                    QVERIFY2(golden::difference(weight.value().detach(),
                                                golden::tensor(item["after"][step][weight.key()])) < 1e-6,
                             item["name"].get<std::string>().c_str());
            }
        }
    }

    void weightsMayHaveARateOfTheirOwn_data() { everyOptimizer(); }
    void weightsMayHaveARateOfTheirOwn()
    {
        QFETCH(QString, name);
        Weights slow, fast;
        auto one = optimizer(qPrintable(name), Json::object()), two = optimizer(qPrintable(name), Json::object());
        one->attach(slow);
        two->attach(fast, [](const std::string&) { return 3.0; });
        stepTimes(*one, slow, 0, 3, 0.03);
        stepTimes(*two, fast, 0, 3, 0.01);
        QVERIFY(torch::allclose(slow.w, fast.w, 1e-12, 1e-12));
    }

    void goOnFromTheirState_data() { everyOptimizer(); }
    void everyOptimizer()
    {
        QTest::addColumn<QString>("name");
        for (const auto& entry : optimizers()) QTest::newRow(entry.name) << entry.name;
    }
    void goOnFromTheirState()
    {
        QFETCH(QString, name);
        Weights whole, cut;
        auto first = optimizer(qPrintable(name), Json::object()), second = optimizer(qPrintable(name), Json::object());
        first->attach(whole);
        stepTimes(*first, whole, 0, 5, 0.01);

        auto before = optimizer(qPrintable(name), Json::object());
        before->attach(cut);
        stepTimes(*before, cut, 0, 2, 0.01);
        State kept = before->state();
        for (auto& [key, tensor] : kept) tensor = tensor.clone();
        second->attach(cut);
        second->load(kept);
        stepTimes(*second, cut, 2, 5, 0.01);
        QVERIFY(torch::equal(whole.w, cut.w));
    }

    void aStateThatDoesNotFitIsNamed()
    {
        Weights weights;
        auto by = optimizer("sgd", Json::object());
        by->attach(weights);
        try {
            by->load({{"w.momentum", torch::zeros({2, 2})}});
            QFAIL("a wrong shape was taken");
        } catch (const Error& error) {
            QVERIFY(std::string(error.what()).find("[2, 2]") != std::string::npos);
            QVERIFY(std::string(error.what()).find("[4, 3]") != std::string::npos);
        }
    }

    void biasesAndNormsAreSparedTheDecay()
    {
        torch::nn::Sequential net(torch::nn::Linear(3, 4), torch::nn::BatchNorm1d(4));
        const Parameters all(*net, [](const std::string& name) { return name == "0.bias" ? 3.0 : 1.0; });
        QCOMPARE(all.names, (std::vector<std::string>{"0.weight", "0.bias", "1.weight", "1.bias"}));
        QCOMPARE(all.decayed, std::size_t(1));
        QCOMPARE(all.rates, (std::vector<double>{1, 3, 1, 1}));
    }

    void schedulesMatchGolden()
    {
        const auto wanted = golden::read("golden.json")["schedules"];
        const auto rise = wanted["lightly cosine_warmup 1->.001 10 steps warm 3"].get<std::vector<double>>();
        Schedule schedule;
        schedule.read({{"warmup", 0.3}, {"final", 0.001}}, "schedule", "schedule");
        for (int step = 1; step <= 10; ++step)
            COMPARE_NEAR(schedule.factor(step, 10), rise[static_cast<std::size_t>(step - 1)], 1e-6);
        const auto fall = wanted["lightly cosine .996->1 10 steps"].get<std::vector<double>>();
        for (int step = 0; step < 10; ++step)
            COMPARE_NEAR(cosine(step, 10, 0.996, 1), fall[static_cast<std::size_t>(step)], 1e-6);
    }

    void aStepScheduleFallsToATenthTwice()
    {
        Schedule schedule;
        schedule.read({{"shape", "step"}, {"warmup", 0}}, "schedule", "schedule");
        QCOMPARE(schedule.factor(60, 100), 1.0);
        QCOMPARE(schedule.factor(61, 100), 0.1);
        QCOMPARE(schedule.factor(80, 100), 0.1);
        QCOMPARE(schedule.factor(81, 100), 0.01);
    }

    void ratesScaleWithTheBatch()
    {
        Schedule schedule;
        QCOMPARE(schedule.scale(512), 1.0);
        schedule.read({{"batch_scaling", "linear"}}, "schedule", "schedule");
        QCOMPARE(schedule.scale(512), 2.0);
        schedule.read({{"batch_scaling", "sqrt"}}, "schedule", "schedule");
        QCOMPARE(schedule.scale(1024), 2.0);
    }

    void aConstantScheduleStaysAfterItsRise()
    {
        Schedule schedule;
        schedule.read({{"shape", "constant"}, {"warmup", 0.1}}, "schedule", "schedule");
        QCOMPARE(schedule.factor(5, 100), 0.5);
        QCOMPARE(schedule.factor(10, 100), 1.0);
        QCOMPARE(schedule.factor(100, 100), 1.0);
    }
};

QTEST_APPLESS_MAIN(TestOptimizers)
#include "tst_optimizers.moc"
