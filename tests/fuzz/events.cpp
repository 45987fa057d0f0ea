// SPDX-License-Identifier: Apache-2.0
// The lines of events.jsonl and control.jsonl, as the engine reads them again.
#include "experiments/control.h"
#include "experiments/eventlog.h"
#include "experiments/runstate.h"
#include "fuzz.h"
#include <fstream>

namespace {

const std::filesystem::path& folder()
{
    static const auto made = [] {
        std::string name = "/dev/shm/revisit-fuzz.XXXXXX";
        if (!::mkdtemp(name.data())) std::abort();
        static const std::filesystem::path path = name;
        std::atexit([] { std::filesystem::remove_all(path); });
        return path;
    }();
    return made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace revisit;
    const auto& run = folder();
    const auto text = fuzz::textOf(data, size);
    std::filesystem::remove(run / "control.jsonl");
    fuzz::attempt([&] {
        Control control(run / "control.jsonl");
        for (const char* name : {"control.jsonl", "events.jsonl", "launch.json"}) std::ofstream(run / name) << text;
        control.poll();
    });
    fuzz::attempt([&] { recordingOf(run); });
    fuzz::attempt([&] { progressOf(run); });
    fuzz::attempt([&] { runStateOf(run); });
    fuzz::attempt([&] { EventLog(run / "events.jsonl").append("step", {{"step", 1}}); });
    return 0;
}
