// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/random.h"
#include "datasets/pack.h"
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <fstream>
#include <nlohmann/json.hpp>

/// The real engine on small runs: what process tests share.
namespace enginerun {

using revisit::Json;
namespace fs = std::filesystem;

inline const QString engine = QStringLiteral(REVISIT_BIN "/revisit-engine");

/// A pack of 320 RGB patches of 16 px in 4 classes that differ by the direction and coarseness of their stripes, a
/// fifth of them to test.
inline void writeStripes(const fs::path& file, bool labelled = true, double middle = 128)
{
    revisit::PackFormat format;
    format.name = "stripes";
    format.sizePx = 16;
    format.layers = {{"rgb", "", revisit::Sample::UInt8, revisit::displayBands()}};
    if (labelled) format.classes = {"north", "east", "fine", "plain"};
    format.attribution = "Made by a test.";
    std::vector<revisit::Patch> patches(320);
    for (std::size_t i = 0; i < patches.size(); ++i) {
        patches[i].id = "stripes/" + std::to_string(i);
        patches[i].place = static_cast<std::uint32_t>(i);
        patches[i].label = labelled ? static_cast<int>(i % 4) : -1;
        patches[i].split = i % 5 == 0 ? revisit::Split::Test : revisit::Split::Train;
        patches[i].lon = static_cast<double>(i) / 10, patches[i].lat = 40;
    }
    revisit::writePack(
        file, {format, patches, {}, {}},
        [middle](std::size_t, std::int64_t i, std::span<std::byte> record) {
            revisit::Random random(3, "stripes", static_cast<std::uint64_t>(i));
            const double phase = random.uniform(0, 6);
            for (std::size_t k = 0; k < record.size(); ++k) {
                const auto x = static_cast<double>(k % 16), y = static_cast<double>(k / 16 % 16);
                const double wave = i % 4 == 0   ? std::sin(x + phase)
                                    : i % 4 == 1 ? std::sin(y + phase)
                                    : i % 4 == 2 ? std::sin(3 * (x + y) + phase)
                                                 : 0;
                record[k] = static_cast<std::byte>(middle + 60 * wave + random.uniform(-20, 20));
            }
        },
        [](double, const std::string&) { return true; });
}

/// A run of the stripes that takes a second: 30 steps, looks at 10, 20, 30, checkpoints every 5. `changes` goes over
/// it.
inline Json smallRun(const fs::path& pack, const Json& changes = Json::object())
{
    Json run = {
        {"dataset", {{"name", "pack"}, {"path", pack.string()}}},
        {"backbone", {{"name", "smallconv"}, {"width", 8}, {"layers", 3}}},
        {"objective", {{"name", "simclr"}, {"projector", {16, 8}}}},
        {"training", {{"steps", 30}, {"batch", 16}, {"threads", 1}, {"checkpoint_every", 5}, {"device", "cpu"}}},
        {"evaluation", {{"every", 10}, {"patches", 40}, {"bank", 80}}}};
    run.merge_patch(changes);
    return run;
}

inline void writeText(const fs::path& file, const std::string& text)
{
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

inline std::string readText(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The whole lines of a run's events.
inline std::vector<Json> events(const fs::path& run)
{
    std::vector<Json> all;
    std::ifstream in(run / "events.jsonl");
    for (std::string line; std::getline(in, line) && !in.eof();) all.push_back(Json::parse(line));
    return all;
}

inline std::vector<Json> events(const fs::path& run, const std::string& name)
{
    std::vector<Json> some;
    for (auto& event : events(run))
        if (event["event"] == name) some.push_back(std::move(event));
    return some;
}

/// What a reader holds in the end: the patches, steps, probes, embeddings and changes that count, without measurements
/// of time.
inline std::vector<std::string> folded(const fs::path& run)
{
    std::vector<Json> kept;
    for (auto& event : events(run)) {
        const auto name = event["event"].get<std::string>();
        if (name == "resumed") {
            const auto from = event["from_step"].get<std::int64_t>();
            std::erase_if(kept, [&](const Json& earlier) { // what is said again replaces what was said
                if (earlier["event"] == "patches") return false;
                return earlier["step"].get<std::int64_t>() > from || (from == 0 && earlier["event"] != "changed");
            });
        }
        if (name != "patches" && name != "step" && name != "probe" && name != "embedding" && name != "changed")
            continue;
        event.erase("seconds");
        event.erase("rate");
        kept.push_back(std::move(event));
    }
    std::vector<std::string> lines;
    for (const auto& event : kept) lines.push_back(event.dump());
    return lines;
}

/// Runs the engine to its end; its exit code, and what it said on stderr.
struct Ended {
    int code;
    QString said, printed;
};
inline Ended run(const QStringList& arguments, const std::function<void()>& inChild = {}, int milliseconds = 60000)
{
    QProcess process;
    if (inChild) process.setChildProcessModifier(inChild);
    process.start(engine, arguments);
    if (!process.waitForFinished(milliseconds)) {
        process.kill();
        process.waitForFinished();
        return {-1, "did not end", {}};
    }
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2, process.readAllStandardError(),
            process.readAllStandardOutput()};
}

/// Waits until `true_` holds.
template <class Condition> bool eventually(const Condition& condition, int milliseconds = 20000)
{
    const QDeadlineTimer deadline(milliseconds);
    while (!deadline.hasExpired()) {
        if (condition()) return true;
        QTest::qSleep(10);
    }
    return condition();
}

inline QString text(const fs::path& path) { return QString::fromStdString(path.string()); }

} // namespace enginerun
