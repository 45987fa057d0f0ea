// SPDX-License-Identifier: Apache-2.0
#include "experiments/runstate.h"
#include "datasets/base/files.h"
#include "experiments/eventlog.h"
#include "experiments/rundirectory.h"
#include <algorithm>
#include <array>
#include <chrono>

namespace revisit {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds heartbeatLimit{15};

std::string textAt(const Json& json, const char* key)
{
    return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : "";
}

std::int64_t wholeAt(const Json& json, const char* key)
{
    return json.is_object() && json.contains(key) && json[key].is_number_integer() ? json[key].get<std::int64_t>() : 0;
}

} // namespace

Json jsonIn(const fs::path& file)
{
    try {
        auto json = parsed(readFile(file));
        return json.is_discarded() ? Json() : json;
    } catch (const Error&) {
        return {};
    }
}

bool RunState::active() const
{
    constexpr std::array words = {"queued",     "starting", "running",        "paused",
                                  "evaluating", "stopping", "connection lost"};
    return std::find(words.begin(), words.end(), word) != words.end();
}

RunState runStateOf(const fs::path& run)
{
    const auto launch = jsonIn(run / "launch.json"), exit = jsonIn(run / "exit.json");
    if (!launch.is_object()) return {};
    if (exit.is_object() && exit.value("id", Json()) == launch.value("id", Json()))
        return {textAt(exit, "reason"), textAt(exit, "message"), static_cast<int>(wholeAt(exit, "code"))};
    if (textAt(launch, "state") == "queued") return {"queued", {}, 0};
    const auto heartbeat = textAt(jsonIn(run / "heartbeat"), "state");
    const auto beats = heartbeat.empty() ? "starting" : heartbeat;
    if (textAt(launch, "host") != hostName()) {
        std::error_code none;
        const auto beat = fs::last_write_time(run / "heartbeat", none);
        const bool young = !none && fs::file_time_type::clock::now() - beat < heartbeatLimit;
        return {young ? beats : "connection lost", {}, 0};
    }
    const auto began = processStart(wholeAt(launch, "pid"));
    const bool alive = began && *began == static_cast<std::uint64_t>(wholeAt(launch, "process_start"));
    return {alive ? beats : "interrupted", {}, 0};
}

} // namespace revisit
