// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include <QRegularExpression>

using namespace enginerun;

namespace {

struct Key {
    QString type;
    bool optional = false, time = false;
};
using Keys = QMap<QString, Key>;

// The tables under "### name" in protocol.md's section "## Events".
QMap<QString, Keys> documented()
{
    QMap<QString, Keys> all;
    QString event;
    bool inEvents = false;
    static const QRegularExpression row("^\\| `(\\w+)` \\| (\\w+) ?([?~]?) \\|");
    for (const auto& line :
         QString::fromStdString(readText(REVISIT_SOURCE "/resources/help/protocol.md")).split('\n')) {
        if (line.startsWith("## ")) inEvents = line == "## Events";
        if (!inEvents) continue;
        if (line.startsWith("### ")) all[event = line.mid(4)] = {};
        const auto match = row.match(line);
        if (match.hasMatch())
            all[event][match.captured(1)] = {match.captured(2), match.captured(3) == "?", match.captured(3) == "~"};
    }
    return all;
}

// The names in the table of metrics.
QSet<QString> metrics()
{
    QSet<QString> names;
    static const QRegularExpression row("^\\| `(\\w+)` \\| [^|]*\\|$");
    bool here = false;
    for (const auto& line :
         QString::fromStdString(readText(REVISIT_SOURCE "/resources/help/protocol.md")).split('\n')) {
        if (line.startsWith("#")) here = line == "### probe";
        const auto match = row.match(line);
        if (here && match.hasMatch()) names.insert(match.captured(1));
    }
    return names;
}

bool fits(const Json& value, const QString& type)
{
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number() || value.is_null();
    if (type == "text") return value.is_string();
    if (type == "object") return value.is_object();
    if (type == "any") return true;
    if (type == "texts" || type == "integers" || type == "numbers") {
        for (const auto& item : value)
            if (!fits(item, type.chopped(1))) return false;
        return value.is_array();
    }
    return false;
}

} // namespace

class TestProtocol : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private Q_SLOTS:
    void aRealRunSaysExactlyWhatIsDocumented()
    {
        const fs::path root = m_folder.path().toStdString(), folder = root / "run";
        writeStripes(root / "stripes.pack");
        writeText(folder / "run.json",
                  smallRun(root / "stripes.pack", {{"training", {{"steps", 100000}}}, {"evaluation", {{"every", 10}}}})
                      .dump());
        const auto train = [&](const char* how) {
            auto process = std::make_unique<QProcess>();
            process->start(engine, {how, text(folder), "--quiet"});
            return process;
        };
        auto first = train("train");
        QVERIFY(
            eventually([&] { return fs::exists(folder / "checkpoints") && events(folder, "checkpoint").size() > 1; }));
        std::ofstream(folder / "control.jsonl", std::ios::app)
            << R"({"id":"1","do":"set","key":"objective.temperature","value":0.3})" << '\n'
            << R"({"id":"2","do":"set","key":"nothing","value":0})" << '\n';
        QVERIFY(eventually([&] { return !events(folder, "warning").empty(); }));
        first->kill();
        first->waitForFinished();
        auto second = train("resume");
        QVERIFY(eventually([&] { return !events(folder, "resumed").empty(); }));
        std::ofstream(folder / "control.jsonl", std::ios::app) << R"({"id":"3","do":"stop"})" << '\n';
        QVERIFY(second->waitForFinished(30000));
        writeText(root / "bad/run.json", R"({"dataset": {"name": "pack", "path": "/nowhere.pack"}})");
        run({"train", text(root / "bad")});

        writeText(root / "masked/run.json",
                  smallRun(root / "stripes.pack",
                           {{"objective", {{"name", "mae"}, {"projector", nullptr}}},
                            {"backbone",
                             {{"name", "vit"}, {"patch", 4}, {"depth", 1}, {"width", nullptr}, {"layers", nullptr}}},
                            {"training", {{"steps", 10}}}})
                      .dump());
        const auto masked = run({"train", text(root / "masked"), "--quiet"});
        QVERIFY2(masked.code == 0, qPrintable(masked.said));
        const auto preview = events(root / "masked", "preview").at(0);
        QCOMPARE(preview["rows"].size(), 4u); // what is painted is normalised, so it is shown both ways
        QCOMPARE(readText(root / "masked" / preview["file"].get<std::string>()).size(), 4u * 8 * 16 * 16 * 3);

        const auto tables = documented();
        QVERIFY(tables.size() >= 12);
        QSet<QString> seen;
        auto all = events(folder);
        for (const char* other : {"bad", "masked"})
            for (auto& event : events(root / other)) all.push_back(event);
        for (const auto& event : all) {
            const auto name = QString::fromStdString(event["event"].get<std::string>());
            QVERIFY2(tables.contains(name), qPrintable(name));
            seen.insert(name);
            const auto& keys = tables[name];
            for (const auto& [key, value] : event.items()) {
                if (key == "event") continue;
                const auto known = keys.find(QString::fromStdString(key));
                QVERIFY2(known != keys.end(), qPrintable(name + "." + key.c_str() + " is not documented"));
                QVERIFY2(fits(value, known->type), qPrintable(name + "." + key.c_str() + " is no " + known->type));
            }
            for (auto key = keys.begin(); key != keys.end(); ++key)
                QVERIFY2(key->optional || event.contains(key.key().toStdString()),
                         qPrintable(name + " lacks " + key.key()));
        }
        QCOMPARE(seen, QSet<QString>(tables.keyBegin(), tables.keyEnd()));

        const auto names = metrics();
        const auto probes = events(folder, "probe");
        for (const auto& probe : probes)
            for (const auto& [key, value] : probe["metrics"].items())
                QVERIFY2(names.contains(QString::fromStdString(key)) && value.is_number(), key.c_str());
        for (const char* baseline : {"chance", "statistics", "untrained"})
            QVERIFY(probes.front()["baselines"].contains(baseline));
    }

    void theFilesOfARunAreThoseDocumented()
    {
        const auto page = QString::fromStdString(readText(REVISIT_SOURCE "/resources/help/protocol.md"));
        const QDir folder(m_folder.filePath("run"));
        for (const auto& name : folder.entryList(QDir::AllEntries | QDir::NoDotAndDotDot))
            QVERIFY2(page.contains("`" + name + (QFileInfo(folder.filePath(name)).isDir() ? "/" : "`")),
                     qPrintable(name));
    }
};

QTEST_APPLESS_MAIN(TestProtocol)
#include "tst_protocol.moc"
