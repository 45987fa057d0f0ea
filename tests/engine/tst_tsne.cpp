// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/pca.h"
#include "experiments/evaluation/procrustes.h"
#include "experiments/evaluation/trustworthiness.h"
#include "experiments/evaluation/tsne.h"
#include "golden.h"
#include <QtTest/QtTest>
#include <torch/torch.h>

using golden::X;
using namespace revisit;

namespace {

/// `each` points about each of four far corners of a cube in six dimensions, deterministic.
at::Tensor clusters(int64_t each)
{
    std::vector<at::Tensor> parts;
    for (int c = 0; c < 4; ++c) {
        parts.push_back(X({each, 6}, 0.83 + c));
        parts.back().select(1, c).add_(20);
    }
    return at::cat(parts);
}

at::Tensor dense(const Affinities& p)
{
    auto result = at::zeros({p.points(), p.points()}, at::kDouble);
    for (int64_t i = 0; i < p.points(); ++i)
        for (int64_t e = p.first[i]; e < p.first[i + 1]; ++e) result[i][p.other[e]] = p.value[e];
    return result;
}

double meanMove(const at::Tensor& a, const at::Tensor& b) { return (a - b).norm(2, 1).mean().item<double>(); }

} // namespace

class TsneTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsScikitLearnsExactForm()
    {
        const auto expected = golden::read("golden.json")["tsne X(12,6,.29) perplexity3 exact; Y=X(12,2,.17)"];
        const auto p = affinities(X({12, 6}, 0.29), 3, 11);
        const auto y = X({12, 2}, 0.17);
        const auto matrix = dense(p);
        for (int64_t j = 0; j < 5; ++j)
            COMPARE_NEAR(matrix[0][j + 1].item<double>(), expected["P_first5"][j].get<double>(),
                         1e-5); // its distances are float32
        COMPARE_NEAR(matrix.sum().item<double>() / 2, expected["P_sum"].get<double>(), 1e-12);
        COMPARE_NEAR(divergence(p, y), expected["kl"].get<double>(), 1e-6);
        const auto slope = gradient(p, y).flatten().narrow(0, 0, 4);
        QVERIFY(golden::difference(slope, golden::tensor(expected["grad_first4"])) < 1e-6);
    }

    void equalsScikitLearnsSparseAffinities()
    {
        const auto expected = golden::read("evaluation.json")["affinities X(60,5,.29) perplexity 5 neighbours 15"];
        const auto p = affinities(X({60, 5}, 0.29), 5, 15);
        QCOMPARE(p.first.back(), expected["edges"].get<int64_t>());
        QCOMPARE(std::vector<int>(p.other.begin(), p.other.begin() + p.first[1]),
                 expected["first_row_columns"].get<std::vector<int>>());
        for (int64_t e = 0; e < p.first[1]; ++e) COMPARE_NEAR(p.value[e], expected["first_row"][e].get<double>(), 2e-5);
        const auto matrix = dense(p);
        COMPARE_NEAR(matrix.square().sum().item<double>(), expected["sum_of_squares"].get<double>(), 1e-5);
        QVERIFY(matrix.equal(matrix.t()));
    }

    void descendsAlongTheNumericGradient()
    {
        const auto p = affinities(X({19, 4}, 0.29), 4, 12);
        const auto y = X({19, 2}, 0.17) * 3;
        const auto slope = gradient(p, y);
        auto numeric = at::zeros_like(y);
        for (int64_t i = 0; i < y.numel(); ++i) {
            auto up = y.clone(), down = y.clone();
            up.view(-1)[i] += 1e-5;
            down.view(-1)[i] -= 1e-5;
            numeric.view(-1)[i] = (divergence(p, up) - divergence(p, down)) / 2e-5;
        }
        QVERIFY(golden::difference(slope, numeric) < 1e-8);
    }

    void computesInSinglePrecisionWhatItDoesInDouble()
    {
        const auto p = affinities(X({501, 4}, 0.29), 10, 30); // an odd number: the last point is paired with padding
        const auto y = X({501, 2}, 0.17) * 30;
        QVERIFY(golden::difference(gradient(p, y.to(at::kFloat)), gradient(p, y)) < 1e-5);
        QVERIFY(golden::difference(gradient(p, y.to(at::kFloat), 12), gradient(p, y, 12)) < 1e-5);
    }

    void exaggerationPullsHarder()
    {
        const auto p = affinities(X({19, 4}, 0.29), 4, 12);
        const auto y = X({19, 2}, 0.17);
        const auto once = gradient(p, y), twice = gradient(p, y, 2), thrice = gradient(p, y, 3);
        QVERIFY(golden::difference(thrice - twice, twice - once) < 1e-12);
    }

    void keepsClustersTogether()
    {
        const auto x = clusters(60);
        TsneOptions options;
        options.perplexity = 8;
        const auto y = tsne(x, options);
        QCOMPARE(y.scalar_type(), at::kFloat);
        const auto nearest = at::cdist(y, y).fill_diagonal_(1e9).argmin(1);
        QVERIFY(nearest.floor_divide(60).equal(at::arange(240).floor_divide(60)));
        QVERIFY(trustworthiness(x, y, 10) > 0.97);
    }

    void lowersTheDivergence()
    {
        const auto x = clusters(40);
        const auto p = affinities(pca(x, 50), 8, 24);
        TsneOptions options;
        options.perplexity = 8;
        double last = divergence(p, 1e-4 * X({160, 2}, 0.17));
        for (const int64_t iterations : {0, 50, 500}) {
            options.iterations = iterations;
            const double now = divergence(p, tsne(x, options));
            QVERIFY(now < last);
            last = now;
        }
    }

    void doesNotDependOnThreads()
    {
        TsneOptions options;
        options.perplexity = 8;
        const auto run = [&] { return tsne(clusters(150), options); };
        QVERIFY(golden::withThreads(1, run).equal(golden::withThreads(2, run)));
    }

    void movesLittleWhenStartedWarm()
    {
        TsneOptions options;
        options.perplexity = 8;
        const auto x = clusters(60);
        const auto y = tsne(x, options);
        const double size = y.norm(2, 1).mean().item<double>();
        const auto turned = at::stack({-y.select(1, 1), y.select(1, 0)}, 1) + 100; // nor does it turn or drift
        QVERIFY2(meanMove(tsne(x, options, turned), turned) < 0.25 * size, "from itself");
        QVERIFY2(meanMove(tsne(x + 0.05 * X({240, 6}, 2.1), options, y), y) < 0.25 * size, "from near");
    }

    void forgetsAWrongLayoutWhenStartedWarm()
    {
        TsneOptions options;
        options.perplexity = 8;
        const auto x = clusters(60);
        const auto wrong = tsne(x.flip(0).view({4, 60, 6}).transpose(0, 1).reshape({240, 6}), options);
        QVERIFY(trustworthiness(x, wrong, 10) < 0.7);
        QVERIFY(trustworthiness(x, tsne(x, options, wrong), 10) > 0.95);
    }

    void endsWhenCancelled()
    {
        int asked = 0;
        TsneOptions options;
        options.perplexity = 8;
        options.cancelled = [&] { return ++asked > 10; };
        QVERIFY(tsne(clusters(30), options).isfinite().all().item<bool>());
        QCOMPARE(asked, 11);
    }

    void laysOutWhatHasLittleToSay()
    {
        for (const int64_t n : {1, 2, 3, 4, 17}) {
            QCOMPARE(tsne(X({n, 6}, 0.3)).sizes(), at::IntArrayRef({n, 2}));
            QVERIFY(tsne(X({n, 6}, 0.3)).isfinite().all().item<bool>());
        }
        QVERIFY(tsne(at::ones({50, 6})).isfinite().all().item<bool>());
        QVERIFY(tsne(X({50, 1}, 0.3)).isfinite().all().item<bool>());
        QVERIFY(tsne(at::cat({at::ones({50, 6}), X({50, 6}, 0.3)})).isfinite().all().item<bool>());
    }

    void findsPrincipalComponents()
    {
        const auto file = golden::read("evaluation.json");
        const auto tall = pca(X({12, 6}, 0.29), 3), wide = pca(X({5, 9}, 0.43), 3);
        QVERIFY(golden::difference(tall.abs(), golden::tensor(file["pca abs scores X(12,6,.29) 3"])) < 1e-9);
        QVERIFY(golden::difference(wide.abs(), golden::tensor(file["pca abs scores X(5,9,.43) 3"])) < 1e-9);
        for (const auto& scores : {tall, wide}) QVERIFY(scores.amax(0).equal(scores.abs().amax(0)));
        QCOMPARE(pca(X({12, 6}, 0.29), 50).size(1), 6);
        QCOMPARE(pca(X({5, 9}, 0.43), 50).size(1), 5);
    }

    void undoesRotationReflectionShiftAndScale()
    {
        const auto y = X({40, 2}, 0.17);
        const auto mirrored =
            at::stack({y.select(1, 0) * 0.6 + y.select(1, 1) * 0.8, y.select(1, 0) * 0.8 - y.select(1, 1) * 0.6}, 1);
        QVERIFY(golden::difference(aligned(mirrored + 7, y), y) < 1e-12);
        QVERIFY(golden::difference(aligned(3 * mirrored + 7, y, Scaling::Fit), y) < 1e-12);
        QVERIFY(golden::difference(aligned(3 * mirrored + 7, y), y) > 0.5);
        QVERIFY(aligned(at::ones({40, 2}), y, Scaling::Fit).isfinite().all().item<bool>());
    }

    void measuresTrustAsScikitLearn()
    {
        const auto expected = golden::read("evaluation.json")["trustworthiness X(40,6,.29) in X(40,2,.17)"];
        for (const auto& [k, value] : expected.items())
            COMPARE_NEAR(trustworthiness(X({40, 6}, 0.29), X({40, 2}, 0.17), std::stoi(k)), value.get<double>(), 1e-12);
        QCOMPARE(trustworthiness(X({40, 2}, 0.29), X({40, 2}, 0.29), 5), 1.0);
    }
};

QTEST_APPLESS_MAIN(TsneTest)
#include "tst_tsne.moc"
