// SPDX-License-Identifier: Apache-2.0
#include "experiments/checkpoint.h"
#include "datasets/base/crc32.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "experiments/eventlog.h"
#include "experiments/optimizer.h"
#include <algorithm>
#include <charconv>
#include <torch/torch.h>
#include <unistd.h>

namespace revisit {

namespace fs = std::filesystem;

namespace {

constexpr const char* parts[] = {"model.safetensors", "optimizer.safetensors", "state.json"};

std::uint32_t fileCrc(const fs::path& file)
{
    const auto bytes = readFile(file, SIZE_MAX);
    return crc32(std::as_bytes(std::span(bytes)));
}

// The whole checkpoints' steps by their names, newest first.
std::vector<std::int64_t> stepsIn(const fs::path& folder)
{
    std::vector<std::int64_t> steps;
    std::error_code none;
    for (const auto& item : fs::directory_iterator(folder, none)) {
        const auto name = item.path().filename().string();
        std::int64_t step = 0;
        if (name.rfind("step-", 0) != 0) continue;
        const auto [end, error] = std::from_chars(name.data() + 5, name.data() + name.size(), step);
        if (error == std::errc() && end == name.data() + name.size()) steps.push_back(step);
    }
    std::sort(steps.rbegin(), steps.rend());
    return steps;
}

Checkpoint load(const fs::path& folder, std::int64_t step)
{
    const auto manifest = Json::parse(readFile(folder / "manifest.json"));
    for (const auto* part : parts) {
        const auto& said = manifest.at("files").at(part);
        if (fs::file_size(folder / part) != said.at("bytes").get<std::uintmax_t>() ||
            fileCrc(folder / part) != said.at("crc32").get<std::uint32_t>())
            throw Error((folder / part).string() + ": is damaged (its size or checksum is not the manifest's)");
    }
    return {step, readTensors(folder / "model.safetensors"), readTensors(folder / "optimizer.safetensors"),
            Json::parse(readFile(folder / "state.json"))};
}

} // namespace

std::string saveCheckpoint(const fs::path& run, const Checkpoint& checkpoint, int keep)
{
    const auto all = run / "checkpoints";
    const auto name = "step-" + std::to_string(checkpoint.step);
    const auto temporary = all / (".writing-" + name);
    std::error_code failed;
    fs::create_directories(temporary, failed);
    if (failed) failWriting(temporary, failed.value());
    try {
        writeTensors(temporary / parts[0], checkpoint.model);
        writeTensors(temporary / parts[1], checkpoint.optimizer);
        replaceFile(temporary / parts[2], checkpoint.state.dump(2) + "\n");
        Json files = Json::object();
        for (const auto* part : parts)
            files[part] = {{"bytes", fs::file_size(temporary / part)}, {"crc32", fileCrc(temporary / part)}};
        replaceFile(temporary / "manifest.json", Json{{"protocol", protocolVersion},
                                                      {"engine", REVISIT_VERSION},
                                                      {"step", checkpoint.step},
                                                      {"files", files}}
                                                         .dump(2) +
                                                     "\n");
        if (fs::exists(all / name)) { // written again after a resume: equal, or damaged
            fs::rename(all / name, all / (".old-" + name));
        }
        fs::rename(temporary, all / name);
        syncFolder(all);
    } catch (const fs::filesystem_error& error) {
        fs::remove_all(temporary, failed);
        failWriting(temporary, error.code().value());
    } catch (...) {
        fs::remove_all(temporary, failed);
        throw;
    }
    for (const auto step : stepsIn(all)) // later ones are damaged: the run went on from before them
        if (step > checkpoint.step || --keep < 0) fs::remove_all(all / ("step-" + std::to_string(step)), failed);
    for (const auto& item : fs::directory_iterator(all, failed))
        if (item.path().filename().string().front() == '.') fs::remove_all(item.path(), failed);
    return "checkpoints/" + name;
}

std::optional<Checkpoint> newestCheckpoint(const fs::path& run, std::vector<std::string>& skipped, std::int64_t only)
{
    for (const auto step : stepsIn(run / "checkpoints")) {
        if (only > 0 && step != only) continue;
        const auto folder = run / "checkpoints" / ("step-" + std::to_string(step));
        try {
            return load(folder, step);
        } catch (const std::exception& error) {
            skipped.push_back(folder.filename().string() + ": " + error.what());
        }
    }
    return {};
}

State stateOf(const torch::nn::Module& module)
{
    State state;
    for (const auto& item : module.named_parameters()) state[item.key()] = item.value().detach();
    for (const auto& item : module.named_buffers()) state[item.key()] = item.value();
    return state;
}

void loadState(torch::nn::Module& module, const State& state)
{
    torch::NoGradGuard none;
    for (auto& item : module.named_parameters()) item.value().copy_(fitting(state, item.key(), item.value()));
    for (auto& item : module.named_buffers()) item.value().copy_(fitting(state, item.key(), item.value()));
}

State copyOf(const torch::nn::Module& module)
{
    auto state = stateOf(module);
    for (auto& [name, tensor] : state) tensor = tensor.clone();
    return state;
}

} // namespace revisit
