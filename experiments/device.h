// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <c10/core/Device.h>
#include <string>
#include <vector>

namespace revisit {

/// Opens LibTorch's CUDA library when this machine has an NVIDIA driver: one binary serves both. Call once before the
/// first tensor. Returns a sentence when there is a card but it cannot be used, else nothing.
std::string findCuda();

/// "auto", "cpu", "cuda" or "cuda:N" -> a device that is there; Error naming training.device otherwise.
c10::Device chosenDevice(const std::string& name);

/// The processor's or the card's name.
std::string deviceName(c10::Device device);

/// The devices that are there, "cpu" first.
std::vector<c10::Device> devices();

/// Bytes of main memory: all, and free now.
struct Memory {
    std::size_t total = 0, free = 0;
};
Memory mainMemory();

} // namespace revisit
