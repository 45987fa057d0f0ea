// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/splitlists.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include <algorithm>
#include <sstream>

namespace revisit {
namespace {

namespace fs = std::filesystem;

constexpr std::array endings = {"-train.txt", "-val.txt", "-test.txt"};
constexpr std::size_t maxListBytes = 256 << 20;

std::string stemOf(const std::string& image) { return fs::path(image).stem().string(); }

// The lists in a folder, by their NAME.
std::map<std::string, std::vector<fs::path>> listsIn(const fs::path& folder)
{
    std::map<std::string, std::vector<fs::path>> lists;
    std::error_code failed;
    for (const auto& item : fs::directory_iterator(folder, failed)) {
        const auto file = item.path().filename().string();
        for (const std::string ending : endings)
            if (file.size() > ending.size() && file.ends_with(ending) && item.is_regular_file(failed))
                lists[file.substr(0, file.size() - ending.size())].push_back(item.path());
    }
    for (auto& [name, files] : lists) std::ranges::sort(files);
    return lists;
}

} // namespace

SplitLists::Splits SplitLists::read(const std::vector<fs::path>& files)
{
    Splits splits;
    for (const auto& file : files) {
        const auto split = file.filename().string().ends_with(endings[0]) ? Split::Train : Split::Test;
        std::istringstream lines(readFile(file, maxListBytes));
        for (std::string line; std::getline(lines, line);) {
            while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
            if (line.empty()) continue;
            if (!splits.emplace(stemOf(line), split).second)
                throw Error(file.string() + ": names " + line.substr(0, 200) +
                            ", which this list or another one has named already; take it out of one of them");
        }
    }
    return splits;
}

SplitLists::SplitLists(const fs::path& source, const std::string& name, const ImageList& images)
{
    const auto here = fs::absolute(source).lexically_normal();
    const auto own = here.has_filename() ? here : here.parent_path(); // "images/" is images
    std::string found;
    for (const auto& folder : {own, own.parent_path()})
        for (const auto& [called, files] : listsIn(folder)) {
            if (!name.empty() && called != name) continue;
            auto splits = read(files);
            if (std::ranges::none_of(images.items(),
                                     [&](const auto& image) { return splits.contains(stemOf(image.id)); }))
                continue;
            if (!m_splits.empty())
                throw Error("dataset.lists: the images of " + images.name() + " are in the lists of " + found +
                                " and in those of " + called + "; name the one that counts",
                            "dataset.lists");
            found = called;
            m_splits = std::move(splits);
            m_files = files;
        }
    if (!name.empty() && m_splits.empty())
        throw Error("dataset.lists: there is no " + name + "-train.txt in or beside " + images.name() +
                        " that names any of its images",
                    "dataset.lists");
}

std::optional<Split> SplitLists::of(const std::string& image) const
{
    const auto found = m_splits.find(stemOf(image));
    if (found == m_splits.end()) return {};
    return found->second;
}

} // namespace revisit
