// SPDX-License-Identifier: Apache-2.0
// A pack: its first 64 bytes, header, metadata and table. The checksum is made right, as a forger would.
#include "datasets/base/crc32.h"
#include "datasets/packlayout.h"
#include "fuzz.h"
#include <cstring>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace revisit;
    auto bytes = fuzz::textOf(data, size);
    packlayout::Preamble p;
    if (bytes.size() >= sizeof p) {
        std::memcpy(&p, bytes.data(), sizeof p);
        p.magic = packlayout::magic;
        p.version = packlayout::version;
        p.fileBytes = bytes.size();
        if (p.recordsAt > packlayout::crcFrom && p.recordsAt <= bytes.size()) {
            std::memcpy(bytes.data(), &p, sizeof p);
            p.crc =
                crc32(std::as_bytes(std::span(bytes)).subspan(packlayout::crcFrom, p.recordsAt - packlayout::crcFrom));
        }
        std::memcpy(bytes.data(), &p, sizeof p);
    }
    const fuzz::MemoryFile file(bytes);
    fuzz::attempt([&] {
        const auto pack = Pack::open(file.path());
        const auto& format = pack->format();
        pack->shades(), pack->indices(Split::Train);
        for (std::int64_t i = 0; i < std::min<std::int64_t>(pack->size(), 4); ++i)
            for (std::size_t l = 0; l < format.layers.size(); ++l)
                if (const auto* record = pack->record(i, l)) // all of it lies within the file
                    crc32({record, format.recordBytes(l)});
    });
    return 0;
}
