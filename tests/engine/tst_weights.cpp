// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include "experiments/backbone.h"
#include "experiments/checkpoint.h"
#include "experiments/experiment.h"
#include "experiments/weights.h"
#include <sys/resource.h>
#include <torch/torch.h>

using namespace revisit;
using namespace enginerun;

namespace {

std::shared_ptr<Net> net(const char* name, const Json& settings, std::int64_t bands)
{
    const auto architecture = make(backbones(), name, "backbone");
    architecture->read(settings, "backbone", name);
    auto made = architecture->build(bands, 32);
    initialise(*made, 1);
    return made;
}

std::shared_ptr<Net> small(std::int64_t bands = 3) { return net("smallconv", {{"width", 4}, {"layers", 2}}, bands); }

// The weights of small(), none as initialise() leaves them.
State given()
{
    auto state = copyOf(*small());
    double k = 0;
    for (auto& [name, tensor] : state)
        tensor = torch::arange(tensor.numel(), torch::kDouble).mul(0.1).add(k += 1).reshape(tensor.sizes()).to(tensor);
    return state;
}

State under(const std::string& prefix, const State& state)
{
    State all;
    for (const auto& [name, tensor] : state) all[prefix + name] = tensor;
    return all;
}

bool equal(const State& a, const State& b)
{
    for (const auto& [name, tensor] : a)
        if (!b.contains(name) || !torch::equal(tensor, b.at(name))) return false;
    return a.size() == b.size();
}

const std::vector<std::string> rgb = {"red", "green", "blue"};
// Sentinel-2's, of which three are called by their colours
const std::vector<std::string> thirteen = {"B1", "blue", "green", "red", "B5",  "B6", "B7",
                                           "B8", "B8A",  "B9",    "B10", "B11", "B12"};

// An embedding of a million places, 3 GB, finds no room.
void tight()
{
    const rlimit most{3ull << 30, 3ull << 30};
    ::setrlimit(RLIMIT_AS, &most);
}

const fs::path parity = REVISIT_SOURCE "/tests/parity";

} // namespace

class TestWeights : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path path(const char* name = "w.safetensors") const { return fs::path(m_folder.path().toStdString()) / name; }
    Weights from(const fs::path& file, const char* bands = "exact") const
    {
        Weights weights;
        weights.path = file.string();
        weights.bands = bands;
        return weights;
    }
    QString complaint(const State& state, const std::shared_ptr<Net>& backbone = small(), const char* bands = "exact",
                      const std::vector<std::string>& names = rgb) const
    {
        writeTensors(path(), state);
        const auto before = copyOf(*backbone);
        try {
            loadWeights(*backbone, from(path(), bands), names);
        } catch (const Error& error) {
            if (!equal(before, stateOf(*backbone))) return "it changed something";
            return QString(error.what()) + " @" + error.key().c_str();
        }
        return {};
    }

private Q_SLOTS:
    void comesBackUnderAnyPrefix_data()
    {
        QTest::addColumn<QString>("prefix");
        for (const char* prefix : {"", "backbone.", "module.", "encoder.", "module.encoder_q.", "state_dict.model."})
            QTest::newRow(prefix) << QString(prefix);
    }
    void comesBackUnderAnyPrefix()
    {
        QFETCH(QString, prefix);
        auto state = under(prefix.toStdString(), given());
        state[prefix.toStdString() + "fc.weight"] = torch::ones({10, 8});
        writeTensors(path(), state);
        const auto backbone = small();
        const auto loaded = loadWeights(*backbone, from(path()), rgb);
        QVERIFY(equal(stateOf(*backbone), given()));
        QCOMPARE(QString::fromStdString(loaded.prefix), prefix);
        QCOMPARE(loaded.taken, given().size());
        QCOMPARE(loaded.passedOver, std::vector<std::string>{"fc.weight"});
        QVERIFY(loaded.adapted.empty());
    }

    void ofSeveralNetworksOneIsTakenAndTold()
    {
        auto state = under("backbone.", given());
        auto other = given();
        for (auto& [name, tensor] : other) tensor = tensor + 1;
        state.merge(under("teacher.backbone.", other));
        for (const auto& [name, tensor] : given()) state["head." + name] = torch::ones({2, 2}); // named alike
        state["backbone.layers.4.running_var"].fill_(5);
        writeTensors(path(), state);
        const auto backbone = small();
        const auto loaded = loadWeights(*backbone, from(path()), rgb);
        QCOMPARE(loaded.prefix, std::string("backbone."));
        QCOMPARE(stateOf(*backbone).at("layers.4.running_var")[0].item<float>(), 5.f);
        QCOMPARE(loaded.passedOver.size(), 2 * given().size());
        QCOMPARE(loaded.values()["passed_over"].size(), 20u);
        QCOMPARE(loaded.values()["passed_over_count"].get<std::size_t>(), 2 * given().size());
    }

    void whatPythonSavedIsTaken()
    {
        const auto plain = small(), moco = small();
        auto loaded = loadWeights(*plain, from(parity / "state.pth"), rgb);
        QVERIFY(loaded.prefix.empty() && loaded.passedOver.empty());
        QCOMPARE(loaded.taken, 12u);
        loaded = loadWeights(*moco, from(parity / "moco.pth"), rgb);
        QCOMPARE(loaded.prefix, std::string("state_dict.module.encoder_q."));
        QCOMPARE(loaded.passedOver.size(), 15u); // the other encoder, the head, the queue, the optimiser's
        const auto a = stateOf(*plain), b = stateOf(*moco);
        for (const auto& [name, tensor] : a) QVERIFY2(torch::allclose(tensor, b.at(name), 0, 4e-3), name.c_str());
        QVERIFY(torch::equal(a.at("layers.0.weight"), b.at("layers.0.weight")));
        QCOMPARE(a.at("layers.0.weight")[0][0][0][1].item<float>(), std::sin(0.2f));
    }

    void theOldFormatIsToldHowToConvert()
    {
        const auto backbone = small();
        try {
            loadWeights(*backbone, from(parity / "legacy.pth"), rgb);
            QFAIL("a pickle was read");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("python3 -c \"import torch; torch.save(torch.load("), error.what());
        }
    }

    void bandsAreAdaptedAsAsked_data()
    {
        QTest::addColumn<QString>("how");
        QTest::addColumn<int>("bands");
        QTest::addColumn<bool>("named");
        QTest::addColumn<QList<double>>("expected"); // per band, where the file's has 1, 2, 3, ...
        const double third = 3. / 13;
        const QList<double> turns = {third,     2 * third, 3 * third, third,     2 * third, 3 * third, third,
                                     2 * third, 3 * third, third,     2 * third, 3 * third, third};
        QTest::newRow("copy") << "copy" << 3 << true << turns;
        QTest::newRow("average") << "average" << 3 << true << QList<double>(13, 2 * third);
        QTest::newRow("zero, by name") << "zero" << 3 << true << QList<double>{0, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        QTest::newRow("zero, in order") << "zero" << 3 << false << QList<double>{1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        QTest::newRow("zero, two bands") << "zero" << 2 << true << QList<double>{1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        QTest::newRow("as many bands") << "average" << 13 << true
                                       << QList<double>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};
        QTest::newRow("copy of more bands")
            << "copy" << 26 << true << QList<double>{2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26};
        QTest::newRow("average of more bands") << "average" << 26 << true << QList<double>(13, 27);
    }
    void bandsAreAdaptedAsAsked()
    {
        QFETCH(QString, how);
        QFETCH(int, bands);
        QFETCH(bool, named);
        QFETCH(QList<double>, expected);
        auto state = given();
        const auto ramp = torch::arange(1, bands + 1, torch::kFloat).view({1, -1, 1, 1}),
                   rest = torch::linspace(0.5, 2, 36).view({4, 1, 3, 3});
        state["layers.0.weight"] = ramp * rest;
        writeTensors(path(), state);
        const auto backbone = small(13);
        auto names = thirteen;
        if (!named) names[1] = "B2";
        const auto loaded = loadWeights(*backbone, from(path(), how.toLatin1().constData()), names);
        const auto got = stateOf(*backbone).at("layers.0.weight").to(torch::kDouble);
        const std::vector<double> wanted(expected.begin(), expected.end());
        const auto exact = torch::tensor(wanted, torch::kDouble).view({1, -1, 1, 1}) * rest.to(torch::kDouble);
        QVERIFY((got - exact).abs().max().item<double>() < 1e-6 * exact.abs().max().item<double>());
        QCOMPARE(loaded.adapted.empty(), bands == 13);
        if (how == "average") // a constant image sees the same
            QVERIFY(torch::allclose(got.sum(1), state["layers.0.weight"].to(torch::kDouble).sum(1), 1e-6));
    }

    void otherBandsAreRefusedUnlessAdapted()
    {
        QCOMPARE(
            complaint(given(), small(13), "exact", thirteen),
            QString("weights.bands: layers.0.weight has 3 bands in the file and 13 here ([4, 3, 3, 3]); choose how "
                    "to adapt them: copy, average or zero @weights.bands"));
        auto many = given();
        many["layers.0.weight"] = torch::ones({4, 13, 3, 3});
        QVERIFY(complaint(many, small(3), "zero").contains("choose copy or average"));
    }

    void whatDoesNotFitIsNamed()
    {
        auto state = given();
        state["layers.1.weight"] = torch::ones({5});
        QVERIFY(complaint(state).endsWith("does not fit the backbone: layers.1.weight has the shape [5] in the file "
                                          "and [4] here @weights.path"));
        state = given();
        state["layers.0.weight"] = torch::ones({4, 5, 5, 5});
        QVERIFY(complaint(state, small(), "copy").contains("[4, 5, 5, 5] in the file and [4, 3, 3, 3] here"));
        state = given();
        for (const char* name : {"layers.1.weight", "layers.1.bias", "layers.3.weight", "layers.4.bias"})
            state.erase(name);
        QVERIFY(complaint(state).contains("it lacks layers.1.bias, layers.1.weight, layers.3.weight and 1 more @"));
        state = given();
        for (const char* name : {"layers.6.weight", "layers.7.bias"}) state[name] = torch::ones({2});
        QVERIFY(complaint(state).contains("it has layers.6.weight, layers.7.bias, which this architecture does not"));
        QVERIFY(
            complaint({{"x.y", torch::ones({2})}}).contains("none of this architecture's names (layers.0.weight, "));
        state = given();
        state["layers.3.weight"] = torch::ones({8, 4, 3, 3}, torch::kLong);
        QVERIFY(complaint(state).contains("layers.3.weight has values of type Long, and Float is needed"));
        state = given();
        state["layers.3.weight"][0][0][0][0] = NAN;
        QVERIFY(complaint(state).contains("layers.3.weight has values that are no finite numbers"));
        QVERIFY(complaint(given(), net("resnet18", Json::object(), 3)).contains("none of"));
    }

    void aMissingFileIsSaidWithItsKey()
    {
        const auto backbone = small();
        for (const auto& file : {path("missing.pth"), fs::path(m_folder.path().toStdString())}) try {
                loadWeights(*backbone, from(file), rgb);
                QFAIL("there is no such file");
            } catch (const Error& error) {
                QCOMPARE(error.key(), std::string("weights.path"));
            }
        Experiment relative(Json{{"weights", {{"path", "w.pth"}}}});
        relative.weights.makePathsAbsolute();
        QVERIFY(fs::path(relative.weights.path).is_absolute());
    }

    void onlyTheCountOfBatchesMayBeMissing()
    {
        auto state = given();
        state.erase("layers.1.num_batches_tracked");
        QCOMPARE(complaint(state), QString());
    }

    void aResNetComesBackWithItsHeadPassedOver()
    {
        const auto source = net("resnet18", Json::object(), 3), target = net("resnet18", Json::object(), 13);
        initialise(*source, 5);
        auto state = copyOf(*source);
        QVERIFY(state.contains("layer4.1.bn2.running_var"));
        state["fc.weight"] = torch::ones({1000, 512}), state["fc.bias"] = torch::ones({1000});
        writeTensors(path(), state);
        const auto loaded = loadWeights(*target, from(path(), "average"), thirteen);
        QCOMPARE(loaded.passedOver.size(), 2u);
        QVERIFY(loaded.adapted.find("conv1.weight has 3 bands in the file and 13 here") == 0);
        const auto x = torch::ones({2, 13, 32, 32}) * torch::rand({2, 1, 32, 32});
        source->eval(), target->eval();
        QVERIFY(torch::allclose(source->forward(x.narrow(1, 0, 3)), target->forward(x), 1e-3, 1e-4)); // bands alike
    }

    void everyArchitectureComesBackAndTakesOtherBands_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto& entry : backbones()) QTest::newRow(entry.name) << QString(entry.name);
    }
    void everyArchitectureComesBackAndTakesOtherBands()
    {
        QFETCH(QString, name);
        const auto architecture = make(backbones(), name.toStdString(), "backbone");
        const auto source = architecture->build(3, 64), target = architecture->build(3, 64);
        initialise(*source, 1), initialise(*target, 2);
        const auto state = stateOf(*source);
        writeTensors(path(), under("model.", state));
        if (state.empty()) {
            QVERIFY(complaint(state, target).contains("has no weights"));
            return;
        }
        QCOMPARE(loadWeights(*target, from(path()), rgb).taken, state.size());
        QVERIFY(equal(stateOf(*target), state));
        if (bandsOf(state, *source) == 0) return; // none that are learnt
        const auto wide = architecture->build(13, 64);
        initialise(*wide, 3);
        loadWeights(*wide, from(path(), "average"), thirteen);
        const auto x = torch::ones({2, 13, 64, 64}) * torch::rand({2, 1, 64, 64});
        torch::NoGradGuard none;
        source->eval(), wide->eval();
        QVERIFY(torch::allclose(source->forward(x.narrow(1, 0, 3)), wide->forward(x), 1e-3, 1e-4));
    }

    void aRunBeginsFromThem()
    {
        const auto root = fs::path(m_folder.path().toStdString());
        writeStripes(root / "stripes.pack");
        auto state = given();
        state["layers.1.running_mean"].fill_(0.25);
        writeTensors(path(), state);
        const Json changes = {{"backbone", {{"name", "smallconv"}, {"width", 4}, {"layers", 2}}},
                              {"objective", {{"name", "byol"}, {"projector", nullptr}}},
                              {"weights", {{"path", path().string()}}},
                              {"optimizer", {{"name", "sgd"}, {"learning_rate", 1e-8}}},
                              {"training", {{"steps", 1}, {"checkpoint_every", 1}}}};
        writeText(root / "run/run.json", smallRun(root / "stripes.pack", changes).dump());
        const auto ended = run({"train", enginerun::text(root / "run"), "--quiet"});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        const auto started = events(root / "run", "started").front();
        QCOMPARE(started["weights"]["taken"].get<std::size_t>(), state.size());
        QCOMPARE(started["weights"]["file"].get<std::string>(), path().string());
        const auto kept = readTensors(root / "run/checkpoints/step-1/model.safetensors");
        for (const auto& item : small()->named_parameters())
            for (const char* whose : {"backbone.", "teacher.backbone."})
                QVERIFY2(torch::allclose(kept.at(whose + item.key()), state.at(item.key()), 1e-4, 1e-5),
                         (whose + item.key()).c_str());
        const auto mean = kept.at("teacher.backbone.layers.1.running_mean"); // the buffers are a copy too
        QVERIFY(!torch::allclose(mean, torch::zeros({4}), 0, 0.1));

        writeText(root / "wrong/run.json",
                  smallRun(root / "stripes.pack", {{"weights", {{"path", path().string()}}}}).dump());
        const auto refused = run({"train", enginerun::text(root / "wrong"), "--quiet"});
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.said.contains("does not fit the backbone"), qPrintable(refused.said));
    }

    void aSizeThatCannotBeIsBlamed()
    {
        writeTensors(path(), given());
        for (const char* size : {"0", "-5", "1000000"}) {
            const auto ended = run({"weights", enginerun::text(path()), "--backbone", "vit", "--size", size});
            QCOMPARE(ended.code, 2);
            QVERIFY2(ended.said.contains("--size: Value"), qPrintable(ended.said));
        }
    }

    void fullMemoryIsSaidWithoutABacktrace()
    {
        writeTensors(path(), given());
        const auto ended = run({"weights", enginerun::text(path()), "--backbone", "vit", "--set", "patch=1", "--set",
                                "size=base", "--size", "1024"},
                               tight);
        QCOMPARE(ended.code, 1);
        QVERIFY2(ended.said.contains("the main memory is full. Choose") && !ended.said.contains("frame #"),
                 qPrintable(ended.said));
    }

    void theCommandShowsChecksAndExports()
    {
        writeTensors(path(), under("backbone.", given()));
        const auto file = enginerun::text(path()), out = enginerun::text(path("out.safetensors"));
        auto ended = run({"weights", file});
        QCOMPARE(ended.code, 0);
        QVERIFY2(ended.printed.contains("backbone.layers.0.weight") && ended.printed.contains("[4, 3, 3, 3]"),
                 qPrintable(ended.printed));
        ended = run({"weights", file, "--json"});
        QCOMPARE(Json::parse(ended.printed.toStdString())["tensors"].size(), given().size());
        QCOMPARE(run({"weights", file, "--export", out}).code, 0);
        QVERIFY(equal(readTensors(out.toStdString()), given()));
        ended = run({"weights", out, "--backbone", "smallconv", "--set", "width=4", "--set", "layers=2"});
        QVERIFY2(ended.printed.contains("fits smallconv: 12 tensors"), qPrintable(ended.said));
        ended = run({"weights", file, "--backbone", "smallconv"});
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said.contains("[4, 3, 3, 3] in the file and [32, 3, 3, 3] here"), qPrintable(ended.said));
        const auto moco = enginerun::text(parity / "moco.pth");
        ended = run({"weights", moco, "--export", out});
        QVERIFY2(ended.code == 2 && ended.said.contains("--backbone"), qPrintable(ended.said));
        ended = run({"weights", moco, "--backbone", "smallconv", "--set", "width=4", "--set", "layers=2", "--export",
                     out, "--json"});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        QVERIFY(torch::equal(readTensors(out.toStdString()).at("layers.4.bias"),
                             readWeights(parity / "moco.pth").at("state_dict.module.encoder_q.layers.4.bias")));
    }
};

QTEST_APPLESS_MAIN(TestWeights)
#include "tst_weights.moc"
