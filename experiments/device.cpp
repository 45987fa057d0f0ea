// SPDX-License-Identifier: Apache-2.0
#include "experiments/device.h"
#include "datasets/base/error.h"
#include <charconv>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <torch/torch.h>

namespace revisit {

std::string findCuda()
{
    if (!std::filesystem::exists("/dev/nvidiactl") && !std::filesystem::exists("/dev/dxg"))
        return {}; // the latter is WSL 2's
    if (::dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL)) return {};
    return std::string("There is an NVIDIA card, but LibTorch's CUDA library cannot be opened (") + ::dlerror() +
           "); run ./start --gpu, or point LIBTORCH_DIR at a LibTorch with CUDA.";
}

c10::Device chosenDevice(const std::string& name)
{
    const auto cards = torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0;
    if (name == "cpu" || (name == "auto" && cards == 0)) return c10::Device(c10::kCPU);
    int index = -1;
    if (name == "auto" || name == "cuda")
        index = 0;
    else if (name.rfind("cuda:", 0) == 0) {
        const auto [end, error] = std::from_chars(name.data() + 5, name.data() + name.size(), index);
        if (error != std::errc() || end != name.data() + name.size()) index = -1;
    }
    if (index < 0)
        throw Error("training.device: \"" + name + "\" is none of auto, cpu, cuda, cuda:0, cuda:1, ...",
                    "training.device");
    if (index >= cards)
        throw Error("training.device: " + name + " was asked for, and " +
                        (cards == 0 ? "no usable GPU was found here"
                                    : "there are " + std::to_string(cards) +
                                          " here, cuda:0 to cuda:" + std::to_string(cards - 1)) +
                        "; choose auto or cpu, or see revisit-engine doctor",
                    "training.device");
    return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
}

std::string deviceName(c10::Device device)
{
    if (device.is_cuda()) {
        std::error_code none; // the driver's own files: no CUDA header is needed for a name
        std::size_t at = 0;
        for (const auto& card : std::filesystem::directory_iterator("/proc/driver/nvidia/gpus", none)) {
            if (at++ != static_cast<std::size_t>(device.index())) continue;
            std::ifstream in(card.path() / "information");
            for (std::string line; std::getline(in, line);)
                if (line.rfind("Model:", 0) == 0) return line.substr(line.find_first_not_of(" \t", 6));
        }
        return "NVIDIA GPU";
    }
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);)
        if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
    return "CPU";
}

std::vector<c10::Device> devices()
{
    std::vector<c10::Device> found = {c10::Device(c10::kCPU)};
    const std::size_t cards = torch::cuda::is_available() ? torch::cuda::device_count() : 0;
    for (std::size_t i = 0; i < cards; ++i) found.emplace_back(c10::kCUDA, static_cast<c10::DeviceIndex>(i));
    return found;
}

Memory mainMemory()
{
    Memory memory;
    std::ifstream in("/proc/meminfo");
    std::string key, unit;
    for (std::size_t kilobytes = 0; in >> key >> kilobytes >> unit;) {
        if (key == "MemTotal:") memory.total = kilobytes << 10;
        if (key == "MemAvailable:") memory.free = kilobytes << 10;
    }
    return memory;
}

} // namespace revisit
