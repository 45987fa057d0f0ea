// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/rank.h"
#include "golden.h"
#include <QtTest/QtTest>
#include <torch/torch.h>

using golden::X;
using namespace revisit;

class RankTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsThePublishedDiagnostics()
    {
        const auto expected = golden::read("golden.json")["diagnostics of z0"];
        const auto z0 = X({8, 16}, 0.7), z1 = X({8, 16}, 0.71);
        COMPARE_NEAR(rankMe(z0, Centring::None), expected["rankme_eps1e7"].get<double>(), 1e-9);
        COMPARE_NEAR(effectiveRank(z0), expected["effective_rank"].get<double>(), 1e-9);
        COMPARE_NEAR(spread(z0), 4 * expected["std_l2"].get<double>(), 1e-9); // sqrt(16)
        COMPARE_NEAR(alignment(z0, z1), expected["alignment"].get<double>(), 1e-9);
        COMPARE_NEAR(uniformity(z0), expected["uniformity_t2"].get<double>(), 1e-9);
    }

    void countsOrthonormalRows()
    {
        const auto x = at::eye(12, 40, at::kFloat) * 5;
        COMPARE_NEAR(effectiveRank(x), 12, 1e-12);
        COMPARE_NEAR(rankMe(x, Centring::None), 12, 1e-4);
        COMPARE_NEAR(rankMe(x, Centring::Mean), 11, 1e-4); // the mean takes one
    }

    void aCommonMeanHidesRankUnlessCentred()
    {
        const auto x = at::eye(20, at::kDouble) + 1000;
        QVERIFY(rankMe(x, Centring::None) < 1.1);
        QVERIFY(rankMe(x, Centring::Mean) > 18.9);
    }

    void aCollapseHasNoCentredRank()
    {
        const auto same = X({1, 32}, 0.3).expand({100, 32}).to(at::kFloat);
        QCOMPARE(rankMe(same, Centring::Mean), 0.0);
        QCOMPARE(rankMe(same + 1e-8 * X({100, 32}, 0.9), Centring::Mean), 0.0);
        QCOMPARE(rankMe(at::zeros({10, 4}), Centring::Mean), 0.0);
        QVERIFY(spread(same) < 1e-6);
    }

    void isUndefinedOfWhatIsNotFinite()
    {
        auto x = X({8, 16}, 0.7);
        x[3][5] = std::numeric_limits<double>::infinity();
        QVERIFY(std::isnan(rankMe(x, Centring::None)));
        QVERIFY(std::isnan(rankMe(x, Centring::Mean)));
        QVERIFY(std::isnan(spread(x)));
    }

    void spreadIsOneOnTheWholeSphere()
    {
        const auto axes = at::cat({at::eye(64), -at::eye(64)});
        COMPARE_NEAR(spread(axes), 1, 0.01);
    }

    void knowsOppositesAndEquals()
    {
        const auto x = X({30, 8}, 0.4);
        QVERIFY(alignment(x, 2 * x) < 1e-15);
        COMPARE_NEAR(alignment(x, -x), 4, 1e-12);
        const auto poles = at::tensor({0.0, 3.0, 0.0, -1.0}, at::kDouble).view({2, 2});
        COMPARE_NEAR(uniformity(poles), -8, 1e-12);
        QVERIFY(std::abs(uniformity(at::ones({500, 3}))) < 1e-12);
    }

    void leavesNoGraphBehind()
    {
        const auto x = X({8, 16}, 0.7).requires_grad_();
        COMPARE_NEAR(rankMe(x, Centring::None), rankMe(x.detach(), Centring::None), 1e-15);
        COMPARE_NEAR(uniformity(x), uniformity(x.detach()), 1e-15);
    }
};

QTEST_APPLESS_MAIN(RankTest)
#include "tst_rank.moc"
