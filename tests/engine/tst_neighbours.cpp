// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/neighbours.h"
#include "golden.h"
#include <QtTest/QtTest>
#include <torch/torch.h>

using golden::X;
using namespace revisit;

class NeighboursTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void votesAsLightlyDoes()
    {
        const auto expected =
            golden::read("golden.json")["knn bank=normalize(X(30,16,.23)) labels=i%4 query=normalize(X(6,16,.61))"];
        const auto bank = X({30, 16}, 0.23), query = X({6, 16}, 0.61), labels = at::arange(30).remainder(4);
        const auto few = classify(bank, labels, query, 4, {5, 0.1});
        const auto many = classify(bank, labels, query, 4, {20, 0.07});
        QVERIFY(few.equal(golden::tensor(expected["k5 T.1"]).to(at::kLong)));
        QVERIFY(many.equal(golden::tensor(expected["k20 T.07"]).to(at::kLong)));
    }

    void asksOnlyForDirections()
    {
        const auto bank = X({300, 8}, 0.23), query = X({400, 8}, 0.61), labels = at::arange(300).remainder(5);
        const auto longer = query * at::arange(1, 401).unsqueeze(1);
        QVERIFY(classify(bank, labels, query, 5).equal(classify(bank * 100, labels, longer, 5)));
    }

    void followsTheNearestAtLowTemperature()
    {
        const auto bank = X({300, 8}, 0.23), labels = at::arange(300).remainder(5);
        QCOMPARE(accuracy(classify(bank.to(at::kFloat), labels, bank.to(at::kFloat), 5, {20, 1e-5}), labels), 1.0);
    }

    void takesABankSmallerThanItsNeighbourhood()
    {
        const auto bank = at::eye(3);
        const auto labels = at::tensor({2, 0, 1}, at::kLong);
        QVERIFY(classify(bank, labels, bank, 3, {20, 0.07}).equal(labels));
    }

    void retrievesARowFromItself()
    {
        const auto x = X({600, 16}, 0.23);
        QCOMPARE(retrieval(x, x * 3), 1.0);
        QCOMPARE(retrieval(x, x.roll(1, 0)), 0.0);
    }

    void retrievesBothWaysInTheMean()
    {
        const auto angles = [](std::vector<double> radians) {
            const auto t = at::tensor(radians, at::kDouble);
            return at::stack({t.cos(), t.sin()}, 1);
        };
        const auto a = angles({0.0, 0.3, 1.0}), b = angles({0.1, 0.14, 0.4});
        COMPARE_NEAR(retrieval(a, b), 2.0 / 3, 1e-12); // 0.3 is nearest to 0.4
        COMPARE_NEAR(retrieval(b, a), 1.0 / 3, 1e-12); // 0.14 is nearest to 0.0, 0.4 to 0.3
        COMPARE_NEAR(mutualRetrieval(a, b), 0.5, 1e-12);
    }

    void isAtChanceWhenFeaturesCollapsed() { QCOMPARE(retrieval(at::ones({100, 4}), at::ones({100, 4})), 0.01); }

    void doesNotDependOnThreads()
    {
        const auto bank = X({700, 32}, 0.23).to(at::kFloat), labels = at::arange(700).remainder(7);
        const auto run = [&] { return classify(bank, labels, bank + X({700, 32}, 0.7).to(at::kFloat), 7); };
        QVERIFY(golden::withThreads(1, run).equal(golden::withThreads(3, run)));
        QCOMPARE(
            golden::withThreads(3, [] { return (mutualRetrieval(at::eye(9), at::eye(9)), at::get_num_threads()); }), 3);
    }
};

QTEST_APPLESS_MAIN(NeighboursTest)
#include "tst_neighbours.moc"
