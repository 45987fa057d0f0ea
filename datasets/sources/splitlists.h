// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/sources/imagelist.h"
#include <map>

namespace revisit {

/// Which images are for training and which for tests, by text files with a file name in each line: NAME-train.txt,
/// NAME-val.txt and NAME-test.txt, as torchgeo has them beside EuroSAT, UC Merced and RESISC45. Names are compared
/// without folders and endings, since EuroSAT's lists name .jpg where the images are .tif.
class SplitLists {
public:
    /// Those in the folder, or the folder of the zip, or the one around it, that name some of these images; of this
    /// NAME alone where it is not empty. Error, with the key dataset.lists, where several do, or the one that was named
    /// does not; where one names an image that another names too.
    SplitLists(const std::filesystem::path& source, const std::string& name, const ImageList& images);
    bool empty() const { return m_splits.empty(); }
    const std::vector<std::filesystem::path>& files() const { return m_files; }
    /// Nothing where no list names it.
    std::optional<Split> of(const std::string& image) const;

private:
    using Splits = std::map<std::string, Split>; // by names without endings
    static Splits read(const std::vector<std::filesystem::path>& files);
    std::vector<std::filesystem::path> m_files;
    Splits m_splits;
};

} // namespace revisit
