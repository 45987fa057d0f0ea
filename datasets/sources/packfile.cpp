// SPDX-License-Identifier: Apache-2.0
#include "datasets/dataset.h"

namespace revisit {
namespace {

class PackFile final : public Dataset {
public:
    About about() const override
    {
        return {"Pack", "Opens a file that revisit-engine data pack made, here or on another machine.",
                "The format is described in docs/pack.md; the pack itself names its source."};
    }
    void params(Params& p) override { p("path", m_path, "The pack: a file that ends in .pack.").path(); }
    void check() const override
    {
        if (m_path.empty()) throw Error("dataset.path: choose a pack, a file that ends in .pack", "dataset.path");
        if (!std::filesystem::is_regular_file(m_path))
            throw Error("dataset.path: there is no file " + m_path, "dataset.path");
    }
    std::shared_ptr<Pack> open(const std::filesystem::path&, const Progress&) override
    {
        check();
        return Pack::open(m_path);
    }

private:
    std::string m_path;
};

} // namespace

std::unique_ptr<Dataset> makePackFile();
std::unique_ptr<Dataset> makePackFile() { return std::make_unique<PackFile>(); }

} // namespace revisit
