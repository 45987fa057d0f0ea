// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"

using namespace enginerun;

/// Asks a resident engine as a desktop does.
class TestServe : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    QProcess m_engine;
    Json m_config;
    int m_id = 0;

    void send(const Json& request) { m_engine.write((request.dump() + "\n").c_str()); }
    Json line(int milliseconds = 20000)
    {
        const QDeadlineTimer deadline(milliseconds);
        while (!m_engine.canReadLine())
            if (deadline.hasExpired() || (!m_engine.waitForReadyRead(200) && m_engine.state() == QProcess::NotRunning))
                return {};
        return Json::parse(m_engine.readLine().toStdString());
    }
    // The answer or error of this request; progress is passed over.
    Json ask(const char* what, const Json& rest = Json::object())
    {
        Json request = {{"id", ++m_id}, {"ask", what}};
        request.update(rest);
        send(request);
        Json got;
        do got = line();
        while (!got.is_null() && (got["id"] != m_id || got.contains("progress")));
        return got;
    }

private Q_SLOTS:
    void initTestCase()
    {
        const fs::path root = m_folder.path().toStdString();
        writeStripes(root / "stripes.pack");
        m_config = smallRun(root / "stripes.pack");
        m_engine.start(engine, {"serve"});
        const auto hello = line();
        QCOMPARE(hello["hello"].get<std::string>(), std::string("revisit-engine"));
        QCOMPARE(hello["protocol"].get<int>(), 1);
    }

    void describesAsTheCommandDoes()
    {
        QCOMPARE(ask("describe")["answer"].dump(), Json::parse(run({"describe"}).printed.toStdString()).dump());
    }

    void validatesAndFillsIn()
    {
        const auto answer = ask("validate", {{"config", m_config}})["answer"];
        QVERIFY(answer["problems"][0]["level"] == "warning"); // 16 patches are few for SimCLR
        QCOMPARE(answer["problems"][0]["fix"]["key"].get<std::string>(), std::string("training.batch"));
        QCOMPARE(answer["config"]["objective"]["temperature"].get<double>(), 0.1);
    }

    void findsEveryWrongSectionAtOnce()
    {
        const auto answer = ask(
            "validate",
            {{"config", {{"objective", {{"name", "none"}}}, {"training", {{"batch", -1}}}, {"seeed", 1}}}})["answer"];
        QCOMPARE(answer["problems"].size(), 3u);
        QVERIFY(!answer.contains("config"));
    }

    void estimatesFromMeasurement()
    {
        const auto answer = ask("estimate", {{"config", m_config}})["answer"];
        QVERIFY(answer["seconds"].get<double>() > 0);
        QVERIFY(answer["memory_bytes"].get<double>() > 1000);
        QCOMPARE(answer["steps"].get<int>(), 30);
    }

    void warnsOfAugmentationsThatSpoilAnObjective()
    {
        auto config = m_config;
        config["objective"] = {{"name", "rotation"}};
        const auto said = [&] { return ask("validate", {{"config", config}})["answer"]["problems"]; };
        QCOMPARE(said().at(0)["key"].get<std::string>(), std::string("augmentations"));
        config["augmentations"] = {{"rotate90", {{"probability", 0}}}, {"flip", {{"horizontal", 0}, {"vertical", 0}}}};
        QVERIFY(said().empty());
    }

    void tellsWhatANetworkIsMadeOf()
    {
        auto config = m_config;
        config["objective"] = {{"name", "byol"}, {"projector", {16, 8}}, {"predictor", 16}};
        config["optimizer"] = {{"name", "lars"}, {"learning_rate", 0.5}};
        config["schedule"] = {{"batch_scaling", "linear"}, {"scaling_batch", 32}};
        const auto answer = ask("network", {{"config", config}})["answer"];
        QCOMPARE(answer["features"].get<int>(), 32);
        QCOMPARE(answer["stages"].size(), 4u);
        QCOMPARE(answer["stages"][2]["side_px"].get<int>(), 2);
        QCOMPARE(answer["stages"][2]["receptive_px"].get<int>(), 15);
        QCOMPARE(answer["multiply_adds"].get<int>(), 27 * 8 * 64 + 72 * 16 * 16 + 144 * 32 * 4);
        QCOMPARE(answer["parameters"]["predictor"].get<int>(), 8 * 16 + 2 * 16 + 16 * 8 + 8);
        QCOMPARE(answer["learning_rate"].get<double>(), 0.25); // a batch of 16
        int learning = 0, still = 0;
        for (const auto& group : answer["groups"]) {
            (group["learns"].get<bool>() ? learning : still) += group["parameters"].get<int>();
            QCOMPARE(group["decays"].get<bool>(), group["what"] == "weights" && group["learns"].get<bool>());
            QCOMPARE(group["scaled"], group["decays"]);
        }
        QCOMPARE(still, answer["parameters"]["teacher"].get<int>());
        QCOMPARE(learning, answer["parameters"]["backbone"].get<int>() + answer["parameters"]["head"].get<int>() +
                               answer["parameters"]["predictor"].get<int>());
        config["objective"] = {{"name", "mae"}};
        const auto refused = ask("network", {{"config", config}});
        QCOMPARE(refused["error"]["key"].get<std::string>(), std::string("backbone.name"));
    }

    void showsTiles()
    {
        const auto answer = ask("tiles", {{"config", m_config}, {"indices", {0, 7}}})["answer"];
        QCOMPARE(answer["of"].get<int>(), 320);
        QCOMPARE(answer["tiles"][1]["class"].get<std::string>(), std::string("plain"));
        QCOMPARE(QByteArray::fromBase64(answer["tiles"][0]["rgb"].get<std::string>().c_str()).size(), 16 * 16 * 3);
        QVERIFY(ask("tiles", {{"config", m_config}, {"indices", {320}}}).contains("error"));
        QCOMPARE(ask("tiles", {{"config", m_config}, {"count", 5}})["answer"]["tiles"].size(), 5u);
    }

    void tellsOfPatchesByColumns()
    {
        const auto answer = ask("patches", {{"config", m_config}})["answer"];
        const auto bytes = [&](const char* name) {
            return QByteArray::fromBase64(answer[name].get<std::string>().c_str());
        };
        QCOMPARE(answer["count"].get<int>(), 320);
        QVERIFY(answer["next"].is_null());
        QCOMPARE(answer["ids"][7].get<std::string>(), std::string("stripes/7"));
        QCOMPARE(answer["bands"].size(), 3u);
        float lon = 0;
        std::memcpy(&lon, bytes("lon").constData() + 7 * 4, 4);
        QCOMPARE(lon, 0.7f);
        QCOMPARE(bytes("label").size(), 320 * 4);
        QCOMPARE(bytes("test").count(char(1)), 64);
        const auto rest = ask("patches", {{"config", m_config}, {"from", 300}})["answer"];
        QCOMPARE(rest["ids"].size(), 20u);
        QVERIFY(ask("patches", {{"config", m_config}, {"from", 321}}).contains("error"));
    }

    void looksAtPixels()
    {
        const auto part = ask("pixels", {{"config", m_config}, {"from", 300}, {"count", 10}})["answer"];
        QCOMPARE(part["next"].get<int>(), 310);
        const auto hashes = QByteArray::fromBase64(part["hash"].get<std::string>().c_str());
        QCOMPARE(hashes.size(), 80);
        QVERIFY(hashes.left(8) != hashes.mid(8, 8));
        const auto spectrum = ask("spectrum", {{"config", m_config}, {"indices", {0, 1, 2}}})["answer"];
        const auto mean = spectrum["mean"][0].get<double>();
        QVERIFY(mean > 0.4 && mean < 0.6 && spectrum["deviation"][0].get<double>() > 0.05);
        auto config = m_config;
        config["training"]["duplicates"] = false; // there are none
        config["training"]["constant"] = false;
        QCOMPARE(ask("patches", {{"config", config}})["answer"]["count"].get<int>(), 320);
    }

    void drawsABatchAndCountsWhatIsNear()
    {
        const auto drawn = ask("batch", {{"config", m_config}, {"near_km", 20000}})["answer"];
        QCOMPARE(drawn["views"].size(), 2u);
        QCOMPARE(drawn["views"][0].size(), 16u);
        QCOMPARE(drawn["pairs"].get<int>(), 16 * 15 / 2);
        QCOMPARE(drawn["near"], drawn["pairs"]);
        QCOMPARE(ask("batch", {{"config", m_config}, {"near_km", 0.001}})["answer"]["near"].get<int>(), 0);
    }

    void showsTilesInOtherBands()
    {
        const Json request = {{"config", m_config}, {"indices", {3}}, {"channels", {1, 1, 1}}, {"px", 8}};
        const auto answer = ask("tiles", request)["answer"];
        QCOMPARE(answer["width"].get<int>(), 8);
        QVERIFY(answer["stretch"].get<std::string>().ends_with("green"));
        const auto rgb = QByteArray::fromBase64(answer["tiles"][0]["rgb"].get<std::string>().c_str());
        QCOMPARE(rgb.size(), 8 * 8 * 3);
        for (qsizetype i = 0; i < rgb.size(); i += 3) QVERIFY(rgb[i] == rgb[i + 1] && rgb[i] == rgb[i + 2]);
        auto wrong = request;
        wrong["channels"] = {0, 1, 3};
        QVERIFY(ask("tiles", wrong).contains("error"));
    }

    void showsViewsThatRepeat()
    {
        const Json request = {{"config", m_config}, {"index", 3}, {"draws", 4}, {"seed", 9}};
        const auto first = ask("views", request)["answer"];
        QCOMPARE(first["draws"].size(), 4u);
        QCOMPARE(first["draws"][0].size(), 2u);
        QCOMPARE(first.dump(), ask("views", request)["answer"].dump());
        const auto crop = first["draws"][0][0]["crop"];
        QVERIFY(crop["width"].get<double>() > 0 && crop["x"].get<double>() >= -0.01 &&
                crop["x"].get<double>() + crop["width"].get<double>() <= 16.01);
    }

    void theNewerOfTwoRequestsWins()
    {
        for (int i = 0; i < 6; ++i) send({{"id", 1000 + i}, {"ask", "views"}, {"config", m_config}, {"draws", 200}});
        int answered = 0, superseded = 0;
        for (int i = 0; i < 6;) {
            const auto got = line();
            QVERIFY(!got.is_null());
            if (got.contains("progress")) continue;
            ++i;
            if (got.contains("answer"))
                ++answered;
            else if (got["error"].value("code", "") == "superseded")
                ++superseded;
            if (got["id"] == 1005) QVERIFY(got.contains("answer"));
        }
        QCOMPARE(answered + superseded, 6);
        QVERIFY(superseded >= 1);
    }

    void errorsAreLinesAndHarmNothing_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("no JSON") << QByteArray("nonsense");
        QTest::newRow("no object") << QByteArray("5");
        QTest::newRow("no ask") << QByteArray(R"({"id": 5})");
        QTest::newRow("unknown ask") << QByteArray(R"({"id": 5, "ask": "tile"})");
        QTest::newRow("config of the wrong kind") << QByteArray(R"({"id": 5, "ask": "tiles", "config": 3})");
        QTest::newRow("indices of the wrong kind") << QByteArray(R"({"id": 5, "ask": "tiles", "indices": ["a"]})");
        QTest::newRow("deep") << QByteArray(100000, '[');
        QTest::newRow("two megabytes") << "{\"id\": \"" + QByteArray(2 << 20, 'a') + "\"}";
        QTest::newRow("not UTF-8") << QByteArray("{\"id\": \"\xff\"}");
    }
    void errorsAreLinesAndHarmNothing()
    {
        QFETCH(QByteArray, bytes);
        m_engine.write(bytes + "\n");
        Json got;
        do got = line();
        while (got.contains("progress")); // the planet may have to be packed first
        QVERIFY(got.contains("error"));
        QVERIFY(!got["error"]["message"].get<std::string>().empty());
        QVERIFY(ask("validate").contains("answer"));
    }

    void cleanupTestCase()
    {
        QVERIFY(ask("quit").contains("answer"));
        QVERIFY(m_engine.waitForFinished(10000));
        QCOMPARE(m_engine.exitCode(), 0);
    }

    void closingItsInputEndsIt()
    {
        QProcess other;
        other.start(engine, {"serve"});
        other.waitForStarted();
        other.closeWriteChannel();
        QVERIFY(other.waitForFinished(10000));
        QCOMPARE(other.exitCode(), 0);
    }
};

QTEST_APPLESS_MAIN(TestServe)
#include "tst_serve.moc"
