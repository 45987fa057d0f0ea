// SPDX-License-Identifier: Apache-2.0
#include "objectivetesting.h"

using namespace objectivetesting;
using golden::X;

namespace {

at::Tensor read(const nlohmann::json& input)
{
    if (!input.is_object()) {
        auto numbers = golden::tensor(input);
        const bool labels = numbers.dim() == 1;
        return labels ? numbers.to(torch::kLong) : numbers;
    }
    const auto x = X(input["shape"].get<std::vector<std::int64_t>>(), input["a"]);
    if (!input.contains("normalise")) return x;
    return torch::nn::functional::normalize(
        x, torch::nn::functional::NormalizeFuncOptions().dim(input["normalise"].get<std::int64_t>()));
}

Embeddings embeddings(const nlohmann::json& inputs)
{
    Embeddings all;
    for (const auto& [name, input] : inputs.items()) { // z0, z1, ... come in their order
        if (name[0] == 'z') all.z.push_back(read(input).requires_grad_());
        if (name.starts_with("goal")) all.goals.push_back(read(input));
        if (name == "reference") all.reference = read(input);
        if (name == "mask") all.mask = read(input);
        if (name == "targets") all.targets = read(input);
    }
    return all;
}

Embeddings inFloat(const Embeddings& exact)
{
    const auto cast = [](const at::Tensor& x) {
        return x.defined() && x.is_floating_point() ? x.detach().to(torch::kFloat) : x;
    };
    Embeddings all;
    for (const auto& z : exact.z) all.z.push_back(cast(z));
    for (const auto& goal : exact.goals) all.goals.push_back(cast(goal));
    all.reference = cast(exact.reference);
    all.mask = cast(exact.mask);
    all.targets = exact.targets;
    return all;
}

const nlohmann::json& old()
{
    static const auto all = golden::read("golden.json");
    return all;
}

} // namespace

class TestObjectives : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void matchValuesAndGradientsOfPeers_data()
    {
        QTest::addColumn<QString>("text");
        for (const auto& item : golden::read("objectives.json")["cases"]) {
            if (item.value("global_views", 2) != 2) continue; // ours are the first two
            QTest::newRow(item["name"].get<std::string>().c_str()) << QString::fromStdString(item.dump());
        }
        const auto& losses = old()["losses z0=X(8,16,.7) z1=X(8,16,.71)"];
        const auto pair = [&](const char* objective, Json settings, const char* name) {
            nlohmann::json item = {
                {"objective", objective},
                {"settings", settings},
                {"value", losses[name]["value"]},
                {"inputs", {{"z0", {{"shape", {8, 16}}, {"a", 0.7}}}, {"z1", {{"shape", {8, 16}}, {"a", 0.71}}}}},
                {"gradients",
                 {{"z0", {{"first4", losses[name]["grad0_first4"]}, {"norm", losses[name]["grad0_norm"]}}},
                  {"z1", {{"norm", losses[name]["grad1_norm"]}}}}}};
            QTest::newRow(name) << QString::fromStdString(item.dump());
        };
        for (const double t : {0.5, 0.2, 0.1, 0.07})
            pair("simclr", {{"temperature", t}}, qPrintable(QString("ntxent T=%1").arg(t)));
        pair("vicreg", Json::object(), "vicreg 25/25/1");
        pair("barlow", {{"lambda", 0.005}}, "barlow lambda=0.005");
        pair("barlow", {{"lambda", 0.0051}}, "barlow lambda=0.0051");
        const char* const moco = "moco T=.2 queue=normalize(X(32,16,1.3)) (key detached)";
        const nlohmann::json item = {
            {"objective", "moco"},
            {"settings", {{"temperature", 0.2}}},
            {"value", losses[moco]["value"]},
            {"inputs",
             {{"z0", {{"shape", {8, 16}}, {"a", 0.7}}},
              {"goal0", {{"shape", {8, 16}}, {"a", 0.71}}},
              {"reference", {{"shape", {32, 16}}, {"a", 1.3}, {"normalise", 1}}}}},
            {"gradients", {{"z0", {{"first4", losses[moco]["grad0_first4"]}, {"norm", losses[moco]["grad0_norm"]}}}}}};
        QTest::newRow(moco) << QString::fromStdString(item.dump());
    }
    void matchValuesAndGradientsOfPeers()
    {
        QFETCH(QString, text);
        const auto item = nlohmann::json::parse(text.toStdString());
        auto settings = Json::parse(item["settings"].dump());
        const auto of = objective(item["objective"], settings);
        const auto given = embeddings(item["inputs"]);
        const auto loss = lossOf(*of, given);
        loss.total.backward();
        const double wanted = item["value"];
        COMPARE_NEAR(loss.total.item<double>(), wanted, 1e-6);
        for (std::size_t i = 0; i < given.z.size(); ++i) {
            const auto& gradient = item["gradients"]["z" + std::to_string(i)];
            const auto got = given.z[i].grad();
            COMPARE_NEAR(got.norm().item<double>(), gradient["norm"].get<double>(), 1e-6);
            if (gradient.contains("first4"))
                QVERIFY(golden::difference(got.flatten().slice(0, 0, 4), golden::tensor(gradient["first4"])) < 1e-6);
        }
        COMPARE_NEAR(value(*of, inFloat(given)), wanted, 1e-4);
    }

    void dinoMatchesItsPeerAndCentresAfterTheLoss()
    {
        const auto& losses = old()["losses z0=X(8,16,.7) z1=X(8,16,.71)"];
        const auto dino = objective("dino", {{"outputs", 16}, {"momentum", 1}});
        const auto z0 = X({8, 16}, 0.7), z1 = X({8, 16}, 0.71);
        Networks nets;
        nets.setBackbone(perceptron(4, {{8}}));
        dino->build(nets, {[] { return perceptron(4, {{8}}); }, 1, 8, 0});
        nets.named_buffers()["centre"].set_data(torch::zeros({1, 16}, torch::kDouble));
        Embeddings given{
            {0.9 * z0, 1.1 * z1, X({8, 16}, 0.5)}, {z0, z1}, torch::zeros({1, 16}, torch::kDouble), {}, {}};
        const std::string name = "dino teacher=[z0,z1] student=[.9z0,1.1z1,X(8,16,.5)] tt=.04 ts=.1 call1";
        COMPARE_NEAR(value(*dino, given), losses[name].get<double>(), 1e-6);
        Alone alone;
        dino->stepped(nets, given, alone, {1, 10});
        given.reference = nets.named_buffers()["centre"];
        QVERIFY(golden::difference(given.reference.flatten(), golden::tensor(losses["dino center after call1"])) <
                1e-6);
        COMPARE_NEAR(value(*dino, given), losses["dino call2"].get<double>(), 1e-6);
    }

    void negativeCosineAndByolMatchTheGoldenDirection()
    {
        const auto& losses = old()["losses z0=X(8,16,.7) z1=X(8,16,.71)"];
        const auto a = X({8, 16}, 0.7), b = X({8, 16}, 0.71);
        const Embeddings given{{a, a}, {b, b}, {}, {}, {}};
        COMPARE_NEAR(value(*objective("simsiam"), given), losses["negcos"]["value"].get<double>(), 1e-9);
        COMPARE_NEAR(value(*objective("byol"), given), 2 * losses["byol 2-2cos"]["value"].get<double>(), 1e-9);
    }

    void vicregNamesItsGoldenParts()
    {
        const auto parts = old()["losses z0=X(8,16,.7) z1=X(8,16,.71)"]["vicreg parts"];
        const auto loss = lossOf(*objective("vicreg"), {{X({8, 16}, 0.7), X({8, 16}, 0.71)}, {}, {}, {}, {}});
        COMPARE_NEAR(term(loss, "invariance"), parts["inv"].get<double>(), 1e-6);
        COMPARE_NEAR(term(loss, "variance"), (parts["var0"].get<double>() + parts["var1"].get<double>()) / 2, 1e-6);
        COMPARE_NEAR(term(loss, "covariance"), parts["cov0"].get<double>() + parts["cov1"].get<double>(), 1e-6);
    }

    void contrastNamesAlignmentAndUniformity()
    {
        const auto& diagnostics = old()["diagnostics of z0"];
        const auto loss = lossOf(*objective("simclr"), {{X({8, 16}, 0.7), X({8, 16}, 0.71)}, {}, {}, {}, {}});
        COMPARE_NEAR(term(loss, "alignment"), diagnostics["alignment"].get<double>(), 1e-6);
    }

    void ntXentOfIdenticalEmbeddingsIsItsChance()
    {
        const auto same = torch::ones({7, 5}, torch::kDouble);
        const auto simclr = objective("simclr");
        COMPARE_NEAR(value(*simclr, {{same, same}, {}, {}, {}, {}}), std::log(13.0), 1e-12);
        COMPARE_NEAR(*simclr->chance(7, 0), std::log(13.0), 1e-12);
    }

    void collapsedEmbeddingsHaveTheStatedLoss_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("settings");
        const auto add = [](const char* name, const char* settings = "{}") { QTest::newRow(name) << name << settings; };
        for (const char* name : {"simclr", "dcl", "vicreg", "byol", "simsiam", "mocov3"}) add(name);
        add("barlow", R"({"projector": [6]})");
        add("swav", R"({"prototypes": 6})");
        add("dino", R"({"outputs": 6})");
        add("lejepa");
        add("moco", R"({"queue": 11})");
    }
    void collapsedEmbeddingsHaveTheStatedLoss()
    {
        QFETCH(QString, name);
        QFETCH(QString, settings);
        const auto of = objective(name.toStdString(), Json::parse(settings.toStdString()));
        auto given = sample(name.toStdString(), 8);
        const double constant = name == "lejepa" ? 0 : 1; // a bias may be anything but there
        for (auto& z : given.z) z = torch::full_like(z, constant);
        for (auto& goal : given.goals) goal = torch::full_like(goal, constant);
        if (name == "moco") given.reference = torch::nn::functional::normalize(torch::ones({11, 6}, torch::kDouble));
        if (name == "dino") given.reference = torch::zeros({1, 6}, torch::kDouble);
        const double wanted = of->collapsed(8).value(), got = value(*of, given);
        QVERIFY2(std::abs(got - wanted) <= 1e-9 * std::max(1.0, std::abs(wanted)),
                 qPrintable(QString("%1, stated %2").arg(got).arg(wanted)));
    }

    void lossesStayFiniteAtTheLowestTemperature()
    {
        for (const char* name : {"simclr", "dcl", "moco", "mocov3", "swav", "dino"}) {
            const auto given = inFloat(sample(name, 8));
            for (const auto& z : given.z) z.requires_grad_();
            const auto loss = lossOf(*objective(name, {{"temperature", 0.01}}), given);
            loss.total.backward();
            QVERIFY2(std::isfinite(loss.total.item<double>()), name);
            for (const auto& z : given.z) QVERIFY2(z.grad().isfinite().all().item<bool>(), name);
        }
    }

    void stopGradientsStopAndSwitchOff()
    {
        for (const char* name : {"simsiam", "byol"}) {
            auto given = sample(name, 5);
            for (auto& goal : given.goals) goal.requires_grad_();
            for (auto& z : given.z) z.requires_grad_();
            lossOf(*objective(name), given).total.backward();
            QVERIFY2(!given.goals[0].grad().defined(), name);
            lossOf(*objective(name, {{"stop_gradient", false}}), given).total.backward();
            QVERIFY2(given.goals[0].grad().norm().item<double>() > 0, name);
        }
    }

    void theLeastLossIsReached()
    {
        auto given = sample("supervised", 8);
        const auto right = torch::one_hot(given.targets, 4).to(torch::kDouble);
        given.z = {(right * 0.9 + 0.1 / 4).log()}; // what the smoothed labels ask for
        const auto supervised = objective("supervised", {{"smoothing", 0.1}});
        COMPARE_NEAR(*supervised->minimum(8, 4), value(*supervised, given), 1e-12);
        const auto simplex = torch::eye(8, torch::kDouble) - 1.0 / 8;
        const auto simclr = objective("simclr", {{"temperature", 1}});
        COMPARE_NEAR(*simclr->minimum(8, 0), value(*simclr, {{simplex, simplex}, {}, {}, {}, {}}), 1e-12);
    }

    void allOnOneOutputIsAsGoodAsItGetsWithoutWhatPreventsIt()
    {
        const auto one = 20 * torch::one_hot(torch::zeros(8, torch::kLong), 6).to(torch::kDouble);
        const auto swav = objective("swav", {{"prototypes", 6}, {"sinkhorn_iterations", 0}});
        QVERIFY(std::abs(value(*swav, {{one, one}, {}, {}, {}, {}}) - *swav->collapsed(8)) < 1e-9);
        const auto dino = objective("dino", {{"outputs", 6}, {"centring", false}});
        const auto none = torch::zeros({1, 6}, torch::kDouble);
        QVERIFY(std::abs(value(*dino, {{one, one}, {one, one}, none, {}, {}}) - *dino->collapsed(8)) < 1e-9);
    }

    void weightsOfCloseAndFarPairsStayFinite()
    {
        for (const double sigma : {1e-4, 0.01, 0.5, 10.0}) {
            const auto loss = value(*objective("dcl", {{"sigma", sigma}}), inFloat(sample("dcl", 8)));
            QVERIFY2(std::isfinite(loss), qPrintable(QString::number(sigma)));
        }
    }

    void sinkhornEvensOutTheAssignment()
    {
        const auto scores = X({32, 4}, 0.7) + torch::tensor({1.0, 0.0, 0.0, 0.0}, torch::kDouble);
        const auto entropyOf = [&](int iterations) {
            const auto of = objective("swav", {{"prototypes", 4}, {"sinkhorn_iterations", iterations}});
            const auto loss = lossOf(*of, {{scores, scores}, {}, {}, {}, {}});
            return loss.total.item<double>();
        };
        QVERIFY(entropyOf(0) < entropyOf(50)); // all may go to the first: easier to predict
    }
};

QTEST_APPLESS_MAIN(TestObjectives)
#include "tst_objectives.moc"
