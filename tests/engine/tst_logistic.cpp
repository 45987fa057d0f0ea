// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/lbfgs.h"
#include "experiments/evaluation/logistic.h"
#include "experiments/evaluation/neighbours.h"
#include "golden.h"
#include <QtTest/QtTest>
#include <torch/torch.h>

using golden::X;
using namespace revisit;

namespace {

at::Tensor features()
{
    auto x = X({90, 6}, 0.83);
    x.select(1, 5).fill_(7); // does not vary
    return x;
}

at::Tensor classes() { return (features().narrow(1, 0, 4) + 0.8 * X({90, 4}, 1.7)).argmax(1); }

} // namespace

class LogisticTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsScikitLearnsCoefficients()
    {
        const auto cases = golden::read("evaluation.json")["logistic x=X(90,6,.83) x5=7"];
        QCOMPARE(cases.size(), size_t(2));
        for (const auto& expected : cases) {
            QVERIFY(classes().equal(golden::tensor(expected["labels"]).to(at::kLong)));
            const auto probe = fitLinearProbe(features(), classes(), 4, {expected["l2"].get<double>(), 1000, 1e-9});
            QVERIFY(probe.converged);
            QVERIFY(golden::difference(probe.weight, golden::tensor(expected["coefficients"])) < 1e-6);
            QVERIFY(golden::difference(probe.bias, golden::tensor(expected["intercepts"])) < 1e-6);
            COMPARE_NEAR(probe.loss, expected["loss"].get<double>(), 1e-10);
            QVERIFY(probe.predict(features()).equal(golden::tensor(expected["predicted"]).to(at::kLong)));
        }
    }

    void isNearlyAsGoodInSinglePrecision()
    {
        const auto expected = golden::read("evaluation.json")["logistic x=X(90,6,.83) x5=7"][0];
        const auto probe = fitLinearProbe(features().to(at::kFloat), classes(), 4, {1, 500, 1e-6});
        QVERIFY(probe.converged);
        QCOMPARE(probe.weight.scalar_type(), at::kFloat);
        QVERIFY(golden::difference(probe.weight, golden::tensor(expected["coefficients"])) < 1e-4);
        COMPARE_NEAR(probe.loss, expected["loss"].get<double>(), 1e-6);
    }

    void doesNotMindTheScaleOfFeatures()
    {
        const auto stretched = features() * at::tensor({1e-4, 1.0, 1e5, 3.0, 20.0, 1.0}, at::kDouble) + 12;
        const LogisticOptions exact{1, 1000, 1e-9};
        const auto one = fitLinearProbe(features(), classes(), 4, exact),
                   other = fitLinearProbe(stretched, classes(), 4, exact);
        QVERIFY(golden::difference(other.weight, one.weight) < 1e-6);
        QVERIFY(golden::difference(other.logits(stretched), one.logits(features())) < 1e-6);
    }

    void ignoresAConstantFeature()
    {
        const auto probe = fitLinearProbe(features().to(at::kFloat), classes(), 4);
        QCOMPARE(probe.weight.select(1, 5).abs().max().item<float>(), 0.f);
        QCOMPARE(probe.scale[5].item<float>(), 1.f);
        QVERIFY(probe.logits(features()).isfinite().all().item<bool>());
    }

    void separatesWhatCanBeSeparated()
    {
        const auto x = at::cat({X({200, 3}, 0.3) + 5, X({200, 3}, 0.9) - 5}).to(at::kFloat);
        const auto y = at::cat({at::zeros({200}, at::kLong), at::ones({200}, at::kLong)});
        const auto probe = fitLinearProbe(x, y, 2, {1e-9, 500, 1e-6});
        QVERIFY(probe.weight.isfinite().all().item<bool>());
        QCOMPARE(accuracy(probe.predict(x), y), 1.0);
    }

    void givesAClassThatIsAbsentNoChance()
    {
        const auto probe = fitLinearProbe(features(), classes(), 6);
        QVERIFY((probe.predict(features()) < 4).all().item<bool>());
    }

    void givesUpOnFeaturesThatAreNotFinite()
    {
        auto x = features();
        x[3][2] = std::numeric_limits<double>::quiet_NaN();
        const auto probe = fitLinearProbe(x, classes(), 4);
        QVERIFY(!probe.converged);
        QCOMPARE(probe.predict(x).size(0), 90);
    }

    void doesNotDependOnThreads()
    {
        const auto x = X({2000, 40}, 0.37).to(at::kFloat), y = (x.narrow(1, 0, 5) + X({2000, 5}, 1.1)).argmax(1);
        const auto run = [&] { return fitLinearProbe(x, y, 5).weight; };
        QVERIFY(golden::withThreads(1, run).equal(golden::withThreads(3, run)));
    }

    void minimisesAnIllConditionedBowl()
    {
        const auto bowl = [](const std::vector<double>& x, std::vector<double>& gradient) {
            double value = 0, scale = 1;
            for (size_t i = 0; i < x.size(); ++i, scale *= 10) {
                gradient[i] = scale * (x[i] - 1);
                value += scale * (x[i] - 1) * (x[i] - 1) / 2;
            }
            return value;
        };
        std::vector<double> x(6, -3.0);
        const auto minimum = minimise(bowl, x, 200, 1e-8);
        QVERIFY(minimum.converged);
        QVERIFY(minimum.value < 1e-15);
        for (const double v : x) QVERIFY(std::abs(v - 1) < 1e-7);
        x.assign(6, -3.0);
        QVERIFY(!minimise(bowl, x, 3, 1e-8).converged);
    }
};

QTEST_APPLESS_MAIN(LogisticTest)
#include "tst_logistic.moc"
