// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"

using namespace enginerun;

class TestDocs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thePageOfComponentsIsUpToDate()
    {
        const auto made = run({"describe", "--markdown"});
        QCOMPARE(made.code, 0);
        QVERIFY2(made.printed.toStdString() == readText(REVISIT_SOURCE "/docs/components.md"),
                 "run: build/bin/revisit-engine describe --markdown > docs/components.md");
    }

    void everyCommandHelps()
    {
        for (const QString command :
             {"train", "resume", "queue", "sweep", "lab", "describe", "serve", "data", "weights", "doctor"}) {
            const auto helped = run({command, "--help"});
            QCOMPARE(helped.code, 0);
            QVERIFY2(helped.printed.contains("Options:"), qPrintable(command));
        }
    }

    void anUnknownCommandIsInputToMend() { QCOMPARE(run({"trian"}).code, 2); }

    void theDoctorSaysWhatIsHere()
    {
        const auto said = run({"doctor", "--json"});
        QCOMPARE(said.code, 0);
        const auto all = Json::parse(said.printed.toStdString());
        QVERIFY(all["devices"][0]["device"] == "cpu");
        QVERIFY(all["memory_bytes"].get<double>() > 1e8);
        for (const auto& finding : all["missing"]) QVERIFY(!finding["what"].get<std::string>().empty());
    }
};

QTEST_APPLESS_MAIN(TestDocs)
#include "tst_docs.moc"
