// SPDX-License-Identifier: GPL-3.0-or-later
#include "drops.h"
#include "recordedplayer.h"
#include "runmodel.h"
#include "startscreen.h"
#include "target.h"
#include "workspace.h"

#include <QtTest/QtTest>

class TestStartScreen : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    void write(const QString& path, const QByteArray& bytes) const
    {
        QFile file(m_dir.filePath(path));
        QVERIFY(QDir().mkpath(QFileInfo(file).path()) && file.open(QFile::WriteOnly));
        file.write(bytes);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QLocale::setDefault(QLocale::c());
    }

    void readsASheet()
    {
        const Lab lab = parseLab("one", "---\ntitle: What: a view\nminutes: 35\nsummary: Two crops.\n---\n# Head\n\n"
                                        "Text.\n\n```json\n{\"seed\": 3}\n```\n\nEnd.\n");
        QCOMPARE(lab.title, QString("What: a view"));
        QCOMPARE(lab.minutes, 35);
        QCOMPARE(lab.summary, QString("Two crops."));
        QCOMPARE(lab.run, (QJsonObject{{"seed", 3}}));
        QVERIFY(lab.markdown.startsWith("# Head") && lab.markdown.endsWith("End.") && !lab.markdown.contains("seed"));
        QVERIFY(parseLab("none", "just text").title.isEmpty());
        QVERIFY(parseLab("torn", "---\ntitle: x").markdown.startsWith("---"));
    }

    void findsTheSheetsThatAreShipped()
    {
        const QVector<Lab> labs = readLabs(REVISIT_SOURCE "/resources/labs");
        QVERIFY(!labs.isEmpty());
        for (const Lab& lab : labs) {
            QVERIFY2(lab.minutes > 0 && !lab.summary.isEmpty() && !lab.run.isEmpty(), qPrintable(lab.id));
            QVERIFY(!lab.markdown.contains("```json"));
        }
    }

    void linksAct()
    {
        LabSheet sheet;
        QSignalSpy trained(&sheet, &LabSheet::trainAsked), screens(&sheet, &LabSheet::screenAsked);
        QSignalSpy settings(&sheet, &LabSheet::setAsked), predictions(&sheet, &LabSheet::predicted);
        Lab lab;
        lab.markdown = "[a](action:train) [b](action:screen/live) [c](action:set/objective.temperature=0.1) "
                       "[d](action:set/objective=vicreg) [e](<action:predict/much better>) [f](action:format/disk)";
        sheet.setLab(lab);
        QStringList links;
        for (QTextBlock block = sheet.document()->begin(); block.isValid(); block = block.next())
            for (auto it = block.begin(); !it.atEnd(); ++it)
                if (it.fragment().charFormat().isAnchor()) links << it.fragment().charFormat().anchorHref();
        QCOMPARE(links.size(), 6);
        for (const QString& link : links) Q_EMIT sheet.anchorClicked(QUrl(link));
        QCOMPARE(trained.size(), 1);
        QCOMPARE(screens.first()[0].toString(), QString("live"));
        QCOMPARE(settings.size(), 2);
        QCOMPARE(settings[0][0].toString(), QString("objective.temperature"));
        QCOMPARE(settings[0][1].toJsonValue(), QJsonValue(0.1));
        QCOMPARE(settings[1][1].toJsonValue(), QJsonValue("vicreg"));
        QCOMPARE(predictions.first()[0].toString(), QString("much better"));
    }

    void playsARecordingAndSaysThatItIsOne()
    {
        write("labs/first.md",
              "---\ntitle: First\nminutes: 5\nsummary: See.\n---\ntext\n```json\n{\"seed\": 2}\n```\n");
        QByteArray events = R"({"event":"started","config":{},"steps":40})"
                            "\n";
        for (int n = 1; n <= 40; ++n)
            events += QStringLiteral("{\"event\":\"step\",\"step\":%1,\"loss\":1,\"seconds\":%1}\n").arg(n).toUtf8();
        write("labs/first/events.jsonl", events);
        const QVector<Lab> labs = readLabs(m_dir.filePath("labs"));
        QCOMPARE(labs.size(), 1);
        QVERIFY(!labs[0].recording.isEmpty());

        Workspace space(m_dir.filePath("runs"), "no-engine");
        QVERIFY(space.open());
        RunModel runs(&space);
        Target target("no-engine");
        StartScreen screen(labs, &runs, &target);
        screen.resize(1180, 690);
        screen.show();
        auto* player = screen.findChild<RecordedPlayer*>();
        QVERIFY(player);
        bool said = false;
        for (const QLabel* label : player->findChildren<QLabel*>())
            said = said || (label->isVisible() && label->text().contains("RECORDED"));
        QVERIFY(said);
        auto* slider = player->findChild<QSlider*>();
        QTRY_VERIFY(slider->value() > 0);
        slider->setValue(500); // stops it and goes there
        const auto shown = [player](const QString& text) {
            const auto labels = player->findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(),
                               [&](const QLabel* label) { return label->text() == text; });
        };
        QTRY_VERIFY(shown("step 20 of 40"));

        QSignalSpy trained(&screen, &StartScreen::trainAsked);
        QTest::mouseClick(screen.findChild<QPushButton*>("trainNow"), Qt::LeftButton);
        QCOMPARE(trained.size(), 1);
        target.start();
        QTRY_VERIFY(
            !screen.findChild<QPushButton*>("trainNow")->isEnabled()); // without an engine nothing can be trained
    }

    void leavesTheRecentRunsWhereTheyAre()
    {
        Workspace space(m_dir.filePath("recent"), "no-engine");
        QVERIFY(space.open());
        const QString run = space.create("first name", {});
        RunModel runs(&space);
        Target target("no-engine");
        StartScreen screen({}, &runs, &target);
        screen.resize(1180, 690);
        screen.show();
        QVERIFY(QTest::qWaitForWindowActive(&screen));
        const auto buttons = [&screen] {
            QVector<QPushButton*> found;
            for (auto* button : screen.findChildren<QPushButton*>())
                if (!button->toolTip().isEmpty()) found << button;
            return found;
        };
        QCOMPARE(buttons().size(), 1);
        const QPointer<QPushButton> open = buttons().first();
        QSignalSpy asked(&screen, &StartScreen::runAsked);
        QTest::mousePress(open, Qt::LeftButton);
        QVERIFY(space.rename(run, "second name"));
        runs.refreshJournal(run); // news while the button is held
        QTRY_VERIFY(open && open->text() == "second name");
        QTest::mouseRelease(open, Qt::LeftButton);
        QCOMPARE(asked.size(), 1);
        QVERIFY(open->hasFocus());
        space.create("another", {});
        QTRY_COMPARE(buttons().size(), 2);
    }

    void takesDropsForWhatTheyAre_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("kind");
        write("run/run.json", "{}");
        write("images/a/1.png", "");
        write("a.zip", "");
        write("B.TIFF", "");
        write("c.json", "{}");
        write("d.docx", "");
        QTest::newRow("run") << "run" << int(Dropped::Run);
        QTest::newRow("folder") << "images" << int(Dropped::Images);
        QTest::newRow("zip") << "a.zip" << int(Dropped::Images);
        QTest::newRow("tiff") << "B.TIFF" << int(Dropped::Images);
        QTest::newRow("settings") << "c.json" << int(Dropped::Settings);
        QTest::newRow("document") << "d.docx" << int(Dropped::Nothing);
        QTest::newRow("gone") << "gone.zip" << int(Dropped::Nothing);
    }
    void takesDropsForWhatTheyAre()
    {
        QFETCH(QString, path);
        QFETCH(int, kind);
        const Dropped dropped = classifyDrop(m_dir.filePath(path));
        QCOMPARE(int(dropped.kind), kind);
        QCOMPARE(dropped.why.isEmpty(), kind != Dropped::Nothing);
    }
};

QTEST_MAIN(TestStartScreen)
#include "tst_startscreen.moc"
