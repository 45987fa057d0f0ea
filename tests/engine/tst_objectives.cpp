// SPDX-License-Identifier: Apache-2.0
#include "experiments/objective.h"
#include "golden.h"
#include <QtTest/QtTest>
#include <cmath>
#include <torch/torch.h>

using namespace revisit;

namespace {

std::unique_ptr<Objective> objective(const char* name, const Json& settings = Json::object())
{
    auto made = make(objectives(), name, "objective");
    made->read(settings, "objective", name);
    return made;
}

double value(Objective& of, const at::Tensor& a, const at::Tensor& b)
{
    Alone alone;
    return of.formula({{a, b}, {}}, alone).total.item<double>();
}

at::Tensor X(at::IntArrayRef shape, double a) { return golden::X(shape, a); }

// Two halves of a batch that share everything: what distributed training must equal.
class Halves final : public Group {
public:
    Halves(const at::Tensor& otherA, const at::Tensor& otherB) : m_others{otherA, otherB} {}
    at::Tensor gather(const at::Tensor& rows) override { return torch::cat({rows, m_others[m_asked++ % 2]}); }
    at::Tensor sum(const at::Tensor& tensor) override { return tensor; }
    std::int64_t offset(std::int64_t) override { return 0; }

private:
    at::Tensor m_others[2];
    std::size_t m_asked = 0;
};

} // namespace

class TestObjectives : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void matchGoldenValuesAndGradients_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("settings");
        QTest::addColumn<QString>("golden");
        for (const char* t : {"0.5", "0.2", "0.1", "0.07"})
            QTest::addRow("NT-Xent T=%s", t)
                << "simclr" << QString(R"({"temperature": %1})").arg(t) << QString("ntxent T=%1").arg(t);
        QTest::newRow("VICReg") << "vicreg"
                                << "{}"
                                << "vicreg 25/25/1";
    }
    void matchGoldenValuesAndGradients()
    {
        QFETCH(QString, name);
        QFETCH(QString, settings);
        QFETCH(QString, golden);
        const auto wanted = golden::read("golden.json")["losses z0=X(8,16,.7) z1=X(8,16,.71)"][golden.toStdString()];
        const auto a = X({8, 16}, 0.7).requires_grad_(), b = X({8, 16}, 0.71).requires_grad_();
        Alone alone;
        const auto loss =
            objective(qPrintable(name), Json::parse(settings.toStdString()))->formula({{a, b}, {}}, alone).total;
        loss.backward();
        COMPARE_NEAR(loss.item<double>(), wanted["value"].get<double>(), 1e-6);
        QVERIFY(golden::difference(a.grad().flatten().slice(0, 0, 4), golden::tensor(wanted["grad0_first4"])) < 1e-6);
        COMPARE_NEAR(a.grad().norm().item<double>(), wanted["grad0_norm"].get<double>(), 1e-6);
        COMPARE_NEAR(b.grad().norm().item<double>(), wanted["grad1_norm"].get<double>(), 1e-6);

        const double inFloat = value(*objective(qPrintable(name), Json::parse(settings.toStdString())),
                                     a.detach().to(torch::kFloat), b.detach().to(torch::kFloat));
        COMPARE_NEAR(inFloat, wanted["value"].get<double>(), 1e-4);
    }

    void vicregNamesItsGoldenParts()
    {
        const auto parts = golden::read("golden.json")["losses z0=X(8,16,.7) z1=X(8,16,.71)"]["vicreg parts"];
        Alone alone;
        const auto loss = objective("vicreg")->formula({{X({8, 16}, 0.7), X({8, 16}, 0.71)}, {}}, alone);
        const auto term = [&](const char* name) {
            for (const auto& [called, tensor] : loss.terms)
                if (called == name) return tensor.item<double>();
            return std::nan("");
        };
        COMPARE_NEAR(term("invariance"), parts["inv"].get<double>(), 1e-6);
        COMPARE_NEAR(term("variance"), (parts["var0"].get<double>() + parts["var1"].get<double>()) / 2, 1e-6);
        COMPARE_NEAR(term("covariance"), parts["cov0"].get<double>() + parts["cov1"].get<double>(), 1e-6);
    }

    void ntXentOfIdenticalEmbeddingsIsItsChance()
    {
        auto simclr = objective("simclr");
        const auto same = torch::ones({7, 5}, torch::kDouble);
        COMPARE_NEAR(value(*simclr, same, same), std::log(13.0), 1e-12);
        COMPARE_NEAR(*simclr->chance(7, 0), std::log(13.0), 1e-12);
    }

    void vicregOfAConstantBatchIsExactly()
    {
        const auto constant = torch::full({6, 4}, 3.0, torch::kDouble);
        COMPARE_NEAR(value(*objective("vicreg"), constant, constant), 24.75, 1e-12);
    }

    void ntXentStaysFiniteAtTheLowestTemperature()
    {
        const auto a = X({8, 16}, 0.7).to(torch::kFloat).requires_grad_();
        Alone alone;
        const auto loss = objective("simclr", {{"temperature", 0.01}})->formula({{a, a.detach()}, {}}, alone).total;
        loss.backward();
        QVERIFY(std::isfinite(loss.item<double>()));
        QVERIFY(a.grad().isfinite().all().item<bool>());
    }

    void gradientsEqualDifferences_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto& entry : objectives())
            if (entry.make()->views() == 2) QTest::newRow(entry.name) << entry.name;
    }
    void gradientsEqualDifferences()
    {
        QFETCH(QString, name);
        auto of = objective(qPrintable(name));
        const auto a = X({5, 6}, 0.7).requires_grad_(), b = X({5, 6}, 0.9).requires_grad_();
        Alone alone;
        of->formula({{a, b}, {}}, alone).total.backward();
        auto moved = a.detach().clone();
        auto* values = moved.data_ptr<double>();
        for (int i = 0; i < 30; i += 7) {
            const double h = 1e-6, was = values[i];
            values[i] = was + h;
            const double above = value(*of, moved, b.detach());
            values[i] = was - h;
            const double below = value(*of, moved, b.detach());
            values[i] = was;
            const double wanted = (above - below) / (2 * h), got = a.grad().flatten()[i].item<double>();
            QVERIFY2(std::abs(got - wanted) < 1e-6 * std::max(1.0, std::abs(wanted)),
                     qPrintable(QString("%1 is not %2").arg(got).arg(wanted)));
        }
    }

    void aGroupSeesTheWholeBatch()
    {
        const auto a = X({8, 16}, 0.7), b = X({8, 16}, 0.71);
        Halves group(torch::nn::functional::normalize(a.slice(0, 4)), torch::nn::functional::normalize(b.slice(0, 4)));
        Alone alone;
        auto simclr = objective("simclr");
        // the first half's own rows against everyone's: the mean of the two halves is the whole
        const auto first = simclr->formula({{a.slice(0, 0, 4), b.slice(0, 0, 4)}, {}}, group).total.item<double>();
        Halves swapped(torch::nn::functional::normalize(a.slice(0, 0, 4)),
                       torch::nn::functional::normalize(b.slice(0, 0, 4)));
        const auto second = simclr->formula({{a.slice(0, 4), b.slice(0, 4)}, {}}, swapped).total.item<double>();
        COMPARE_NEAR((first + second) / 2, value(*simclr, a, b), 1e-9);

        Halves whole(a.slice(0, 4), b.slice(0, 4));
        auto vicreg = objective("vicreg");
        COMPARE_NEAR(vicreg->formula({{a.slice(0, 0, 4), b.slice(0, 0, 4)}, {}}, whole).total.item<double>(),
                     value(*vicreg, a, b), 1e-9);
    }

    void supervisedRefusesDataWithoutLabels()
    {
        Networks networks;
        networks.setBackbone(perceptron(4, {4}, false, true));
        QVERIFY_THROWS_EXCEPTION(Error, objective("supervised")->build(networks, 0));
    }

    void everyObjectiveTrainsANetwork_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto& entry : objectives()) QTest::newRow(entry.name) << entry.name;
    }
    void everyObjectiveTrainsANetwork()
    {
        QFETCH(QString, name);
        auto of = objective(qPrintable(name));
        const auto about = of->about();
        QVERIFY(!about.title.empty() && !about.summary.empty() && !about.reference.empty());
        for (const char* optimizer : {"sgd", "adamw"}) QVERIFY(of->learningRate(optimizer) > 0);
        Networks networks;
        networks.setBackbone(perceptron(6, {16}, true, false));
        of->build(networks, 3);
        initialise(networks, 1);
        Batch batch;
        for (int i = 0; i < of->views(); ++i) batch.views.push_back(X({12, 6}, 0.3 + 0.01 * i).to(torch::kFloat));
        batch.labels = torch::arange(12).remainder(3);
        Alone alone;
        double first = 0, last = 0;
        for (int step = 0; step < 30; ++step) {
            networks.zero_grad();
            const auto loss = of->formula(of->encode(batch, networks), alone);
            loss.total.backward();
            of->stepped();
            for (auto& weight : networks.parameters())
                if (weight.grad().defined()) weight.data().add_(weight.grad(), -of->learningRate("sgd"));
            (step == 0 ? first : last) = loss.total.item<double>();
            QVERIFY(!loss.terms.empty());
            for (const auto& [term, tensor] : loss.terms)
                QVERIFY2(!tensor.requires_grad() && tensor.numel() == 1, term.c_str());
        }
        QVERIFY2(last < first, qPrintable(QString("%1 is not below %2").arg(last).arg(first)));
    }
};

QTEST_APPLESS_MAIN(TestObjectives)
#include "tst_objectives.moc"
