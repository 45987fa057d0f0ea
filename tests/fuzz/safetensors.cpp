// SPDX-License-Identifier: Apache-2.0
// The header of a safetensors file: what it lets through fits the file.
#include "experiments/tensorheader.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace revisit;
    fuzz::attempt([&] {
        for (const auto& [name, entry] : readTensorHeader(std::as_bytes(std::span(data, size)), size, "fuzz")) {
            std::uint64_t values = 1;
            for (const auto side : entry.shape)
                if (side < 0 || __builtin_mul_overflow(values, static_cast<std::uint64_t>(side), &values)) std::abort();
            if (entry.end > size || entry.begin > entry.end || values > entry.end - entry.begin) std::abort();
        }
    });
    return 0;
}
