// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "datasets/dataset.h"
#include "experiments/device.h"
#include <iostream>
#include <memory>
#include <thread>
#include <torch/torch.h>
#include <torch/version.h>
#include <unistd.h>

namespace revisit {
namespace {

struct Finding {
    std::string what, cure;
};

// What a newcomer would stumble over, each with its cure.
std::vector<Finding> missing()
{
    std::vector<Finding> all;
    const auto cuda = findCuda();
    if (!cuda.empty()) all.push_back({cuda, "./start --gpu"});
    if (!std::filesystem::exists(resources() / "help" / "protocol.md"))
        all.push_back({"The folder with labs and help pages is not at " + resources().string() + ".",
                       "Set REVISIT_RESOURCES to it."});
    std::error_code failed;
    std::filesystem::create_directories(cacheFolder(), failed);
    const auto space = std::filesystem::space(cacheFolder(), failed);
    if (failed || ::access(cacheFolder().c_str(), W_OK) != 0)
        all.push_back(
            {cacheFolder().string() + " cannot be written.", "Set REVISIT_CACHE to a folder that you may write to."});
    else if (space.available < (1ull << 30))
        all.push_back({"There is less than 1 GB left for packs in " + cacheFolder().string() + ".",
                       "Make room, or set REVISIT_CACHE to another disk."});
    try {
        for (const auto& entry : datasets())
            if (std::string(entry.name) == "planet") entry.make()->check(); // needs nothing but what ./start brings
    } catch (const Error& error) {
        all.push_back({error.what(), ""});
    }
    if (mainMemory().free < (2ull << 30))
        all.push_back({"Less than 2 GB of memory are free.", "Close other programs, or lower training.batch."});
    return all;
}

} // namespace

Action addDoctor(CLI::App& app)
{
    auto json = std::make_shared<bool>(false);
    app.add_flag("--json", *json, "As JSON.");
    return [json] {
        const auto memory = mainMemory();
        Json all = {{"revisit", REVISIT_VERSION},       {"libtorch", TORCH_VERSION},
                    {"compiler", __VERSION__},          {"cores", std::thread::hardware_concurrency()},
                    {"threads", at::get_num_threads()}, {"vector_instructions", at::get_cpu_capability()},
                    {"memory_bytes", memory.total},     {"memory_free_bytes", memory.free},
                    {"cache", cacheFolder().string()},  {"devices", Json::array()},
                    {"datasets", Json::array()},        {"missing", Json::array()}};
        for (const auto device : devices())
            all["devices"].push_back({{"device", device.str()}, {"name", deviceName(device)}});
        for (const auto& entry : datasets()) all["datasets"].push_back(entry.name);
        for (const auto& [what, cure] : missing()) all["missing"].push_back({{"what", what}, {"cure", cure}});
        if (*json) {
            std::cout << all.dump(1) << '\n';
            return exitDone;
        }
        std::cout << "Revisit " << REVISIT_VERSION << ", LibTorch " << TORCH_VERSION << ", " << __VERSION__ << '\n';
        for (const auto& device : all["devices"])
            std::cout << device["device"].get<std::string>() << ": " << device["name"].get<std::string>() << '\n';
        std::cout << all["cores"] << " cores (" << at::get_cpu_capability() << "), " << all["threads"] << " threads, "
                  << (memory.free >> 20) << " MB of " << (memory.total >> 20) << " MB memory free\npacks are kept in "
                  << cacheFolder().string() << '\n';
        if (all["missing"].empty()) std::cout << "Nothing is missing.\n";
        for (const auto& finding : all["missing"])
            std::cout << "Missing: " << finding["what"].get<std::string>() << ' ' << finding["cure"].get<std::string>()
                      << '\n';
        return exitDone;
    };
}

} // namespace revisit
