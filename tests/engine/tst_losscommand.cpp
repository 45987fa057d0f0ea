// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include "experiments/safetensors.h"
#include "objectivetesting.h"
#include <torch/torch.h>

using namespace enginerun;
using golden::X;
using revisit::State;

namespace {

/// What the objective's formula takes, by the names of the file's tensors.
State tensorsFor(const std::string& name)
{
    const auto given = objectivetesting::sample(name, 8);
    State all;
    for (std::size_t i = 0; i < given.z.size(); ++i) all["z" + std::to_string(i)] = given.z[i];
    for (std::size_t i = 0; i < given.goals.size(); ++i) all["goal" + std::to_string(i)] = given.goals[i];
    if (given.reference.defined()) all["reference"] = given.reference;
    if (given.mask.defined()) all["mask"] = given.mask;
    if (given.targets.defined()) all["targets"] = given.targets;
    if (name == "position") all["z0"] = X({8, 8}, 0.7);
    return all;
}

at::Tensor ofLong(std::vector<std::int64_t> numbers) { return torch::tensor(numbers, torch::kLong); }

} // namespace

Q_DECLARE_METATYPE(State)

class TestLossCommand : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void valueAndGradientsAreThoseOfTheFormula()
    {
        const QTemporaryDir folder;
        const auto file = (folder.path() + "/z.safetensors").toStdString(),
                   out = (folder.path() + "/g.safetensors").toStdString();
        revisit::writeTensors(file, {{"z0", X({8, 16}, 0.7)}, {"z1", X({8, 16}, 0.71)}});
        const auto asked = QStringList{"loss", "simclr", "--embeddings", file.c_str()};
        const auto ended = run(asked + QStringList{"--set", "temperature=0.2", "--gradients", out.c_str()});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        const auto wanted = golden::read("golden.json")["losses z0=X(8,16,.7) z1=X(8,16,.71)"]["ntxent T=0.2"];
        const auto told = Json::parse(ended.printed.toStdString());
        COMPARE_NEAR(told["value"].get<double>(), wanted["value"].get<double>(), 1e-9);
        QVERIFY(told["terms"].contains("alignment"));
        const auto gradients = revisit::readTensors(out);
        QCOMPARE(gradients.at("z0").scalar_type(), at::kDouble);
        COMPARE_NEAR(gradients.at("z1").norm().item<double>(), wanted["grad1_norm"].get<double>(), 1e-6);

        const auto says = [&](const QStringList& arguments, const char* what) {
            const auto refused = run(arguments);
            return refused.code == 2 && refused.said.contains(what);
        };
        QVERIFY(says(asked + QStringList{"--set", "temperatur=1"}, "did you mean temperature?"));
        QVERIFY(says(asked + QStringList{"--set", "temperature"}, "key=value"));
        QVERIFY(says({"loss", "byol", "--embeddings", file.c_str()}, "has no tensor goal0"));
        QVERIFY(says({"loss", "simcrl", "--embeddings", file.c_str()}, "did you mean simclr?"));
    }

    void tensorsThatFitHaveTheValueOfTheFormula_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto& entry : revisit::objectives()) QTest::newRow(entry.name) << QString::fromStdString(entry.name);
    }
    void tensorsThatFitHaveTheValueOfTheFormula()
    {
        QFETCH(QString, name);
        const auto ended = evaluated(name, tensorsFor(name.toStdString()));
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        if (name != "position") {
            const double wanted = objectivetesting::value(*objectivetesting::objective(name.toStdString()),
                                                          objectivetesting::sample(name.toStdString(), 8));
            COMPARE_NEAR(Json::parse(ended.printed.toStdString())["value"].get<double>(), wanted, 1e-9);
        }
        QVERIFY2(readText(REVISIT_SOURCE "/docs/loss.md").find("`" + name.toStdString() + "`") != std::string::npos,
                 "docs/loss.md does not name it");
    }

    void whatElseIsRightIsTaken()
    {
        QCOMPARE(evaluated("supervised", {{"targets", ofLong({-1, 0, 1, 2, 3, -1, 0, 1})}}, true).code, 0);
        QCOMPARE(evaluated("rotation", {{"targets", ofLong({0, 1, 2, 3, 0, 1, 2, 3}).to(torch::kInt)}}, true).code, 0);
        QCOMPARE(evaluated("mae", {{"mask", torch::ones({8, 9}, torch::kBool)}}, true).code, 0);
        QCOMPARE(evaluated("lejepa", {{"z2", X({8, 6}, 0.2)}}, true).code, 0);
        auto uncentred = tensorsFor("dino");
        uncentred.erase("reference");
        QCOMPARE(evaluated("dino", uncentred).code, 0);
    }

    void whatDoesNotFitIsRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<State>("changes");
        QTest::addColumn<QString>("said");
        const auto refused = [](const char* name, const char* tensor, const at::Tensor& value, const QString& said) {
            QTest::addRow("%s: %s", name, qPrintable(said))
                << name << State{{tensor, value}} << QString("the tensor %1 %2").arg(tensor, said);
        };
        refused("mae", "mask", torch::ones({8, 1}), "is [8, 1] and should be [8, 9]");
        refused("mae", "mask", torch::ones({9}), "is [9] and should be [8, 9]");
        refused("mae", "mask", torch::ones({1, 9}), "is [1, 9] and should be [8, 9]");
        refused("mae", "mask", -torch::ones({8, 9}), "has other numbers than 1");
        refused("mae", "mask", torch::full({8, 9}, 0.5), "has other numbers than 1");
        refused("mae", "mask", torch::full({8, 9}, NAN), "has other numbers than 1");
        refused("mae", "mask", torch::zeros({8, 9}), "hides nothing");
        refused("mae", "z0", X({8, 9}, 1), "is [8, 9] and should be [N, L, P]");
        refused("mae", "goal0", X({8, 9, 1}, 1), "is [8, 9, 1] and should be [8, 9, 12]");
        for (const char* name : {"byol", "simsiam", "mocov3", "dino"}) {
            refused(name, "goal0", X({1, 6}, 1), "is [1, 6] and should be [8, 6]");
            refused(name, "goal1", X({8, 1}, 1), "is [8, 1] and should be [8, 6]");
            refused(name, "goal1", torch::ones({8, 6}, torch::kLong), "is [8, 6] of int64 and should be of float64");
        }
        for (const char* name : {"simclr", "barlow", "vicreg", "swav", "lejepa"}) {
            refused(name, "z1", X({4, 6}, 1), "is [4, 6] and should be [8, 6]");
            refused(name, "z1", X({8, 1}, 1), "is [8, 1] and should be [8, 6]");
            refused(name, "z0", X({8, 0}, 1), "is [8, 0] and should be [N, D] without a 0");
            refused(name, "z0", X({1, 6}, 1), "is [1, 6] and should have at least 2 rows");
            refused(name, "z0", torch::full({8, 6}, NAN, torch::kDouble), "has numbers that are infinite or NaN");
        }
        refused("random", "z0", torch::full({8, 1}, INFINITY), "has numbers that are infinite or NaN");
        refused("simclr", "z0", torch::ones({8, 6}, torch::kInt), "is [8, 6] of int32 and should be of a floating");
        refused("simclr", "z1", X({8, 6}, 1).to(torch::kFloat), "is [8, 6] of float32 and should be of float64");
        refused("swav", "z2", X({8, 5}, 1), "is [8, 5] and should be [8, 6]");
        refused("dino", "reference", X({8, 6}, 1), "is [8, 6] and should be [1, 6]");
        refused("dino", "reference", X({6}, 1), "is [6] and should be [1, 6]");
        refused("moco", "reference", X({6, 11}, 1), "is [6, 11] and should be [K, 6]");
        refused("moco", "goal0", X({1, 6}, 1), "is [1, 6] and should be [8, 6]");
        refused("lejepa", "reference", X({10, 6}, 1), "is [10, 6] and should be [6, M]");
        refused("rotation", "z0", X({8, 8}, 1), "is [8, 8] and should be [N, 4]");
        refused("position", "z0", X({8, 4}, 1), "is [8, 4] and should be [N, 8]");
        for (const char* name : {"rotation", "position", "supervised"}) {
            refused(name, "targets", torch::zeros({8}), "is [8] of float32 and should be of int64");
            refused(name, "targets", ofLong({0, 1}), "is [2] and should be [8]");
            refused(name, "targets", torch::full({8}, 8, torch::kLong), "has numbers from 8 to 8");
            refused(name, "targets", torch::full({8}, -2, torch::kLong), "has numbers from -2 to -2");
        }
        refused("rotation", "targets", torch::full({8}, -1, torch::kLong), "has numbers from -1 to -1");
        refused("supervised", "targets", torch::full({8}, -1, torch::kLong), "has only -1");
    }
    void whatDoesNotFitIsRefused()
    {
        QFETCH(QString, name);
        QFETCH(State, changes);
        QFETCH(QString, said);
        const auto ended = evaluated(name, changes, true);
        QVERIFY2(ended.code == 2, qPrintable(ended.printed + ended.said));
        QVERIFY2(ended.said.contains("/z.safetensors: " + said), qPrintable(ended.said));
        QVERIFY(ended.printed.isEmpty());
        QCOMPARE(ended.said.count('\n'), 1);
    }

    void tensorsWithoutUseAreRefused()
    {
        QVERIFY(evaluated("simclr", {{"z3", X({8, 6}, 2)}}, true)
                    .said.contains("no use for the tensor z3; it takes z0, z1"));
        for (const char* gap : {"z4", "z02", "z2x", "goal2"})
            QVERIFY(
                evaluated("dino", {{gap, X({8, 6}, 2)}}, true).said.contains(QString("no use for the tensor ") + gap));
    }

    void squaresOfOneNumberHaveNoContrast()
    {
        auto tensors = tensorsFor("mae");
        for (const char* name : {"z0", "goal0"}) tensors[name] = X({8, 9, 1}, 0.3);
        QVERIFY(evaluated("mae", tensors).said.contains("no contrast to normalise"));
        QCOMPARE(evaluated("mae", tensors, false, {"--set", "normalise_target=false"}).code, 0);
    }

    void partsOfMocosNormNeedTwoRowsEach()
    {
        QVERIFY(evaluated("moco", {}, true, {"--set", "norm_groups=5"}).said.contains("should have at least 10 rows"));
    }

    void gradientsDoNotReplaceTheEmbeddings()
    {
        const auto file = fs::path(m_folder.path().toStdString()) / "z.safetensors", link = file.parent_path() / "link";
        const auto tensors = tensorsFor("simclr");
        revisit::writeTensors(file, tensors);
        const auto before = readText(file);
        fs::create_symlink(file, link);
        for (const auto& out : {file, link}) {
            const auto ended = evaluated("simclr", tensors, false, {"--gradients", text(out)});
            QCOMPARE(ended.code, 2);
            QVERIFY2(ended.said.contains("is the file of --embeddings") && ended.printed.isEmpty(),
                     qPrintable(ended.said));
            QVERIFY(readText(file) == before);
        }
        const auto nowhere = evaluated("simclr", tensors, false, {"--gradients", m_folder.filePath("no/g")});
        QCOMPARE(nowhere.code, 2);
        QVERIFY2(nowhere.said.contains("no such folder") && nowhere.printed.isEmpty(), qPrintable(nowhere.said));
        QVERIFY(evaluated("simclr", tensors, false, {"--gradients", m_folder.path()}).said.contains("is a folder"));
    }

    void numbersTooLargeForTheFormulaAreNoResult()
    {
        const auto ended = evaluated("vicreg", {{"z0", torch::full({8, 6}, 1e300, torch::kDouble)}}, true);
        QCOMPARE(ended.code, 1);
        QVERIFY2(ended.said.contains("z.safetensors is no finite number"), qPrintable(ended.said));
    }

private:
    /// The command on `tensors`, or on the objective's sample with them over it.
    Ended evaluated(const QString& name, const State& tensors, bool overSample = false, const QStringList& more = {})
    {
        auto all = overSample ? tensorsFor(name.toStdString()) : State();
        for (const auto& [tensor, value] : tensors) all[tensor] = value;
        const auto file = m_folder.filePath("z.safetensors");
        revisit::writeTensors(file.toStdString(), all);
        return run(QStringList{"loss", name, "--embeddings", file} + more);
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestLossCommand)
#include "tst_losscommand.moc"
