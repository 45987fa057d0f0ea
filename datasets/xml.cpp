// SPDX-License-Identifier: Apache-2.0
#include "datasets/xml.h"
#include "datasets/base/error.h"
#include "datasets/gdal.h"
#include <cpl_minixml.h>

namespace revisit {
namespace {

struct TreeCloser {
    void operator()(CPLXMLNode* node) const { CPLDestroyXMLNode(node); }
};

void collect(const CPLXMLNode* node, std::map<std::string, std::vector<XmlText>>& all)
{
    for (; node; node = node->psNext) {
        if (node->eType != CXT_Element) continue;
        XmlText found;
        bool plain = true;
        for (const auto* child = node->psChild; child; child = child->psNext) {
            if (child->eType == CXT_Attribute && child->psChild)
                found.attributes[child->pszValue] = child->psChild->pszValue;
            if (child->eType == CXT_Text) found.text += child->pszValue;
            plain = plain && child->eType != CXT_Element;
        }
        if (plain) all[node->pszValue].push_back(std::move(found));
        collect(node->psChild, all);
    }
}

} // namespace

std::map<std::string, std::vector<XmlText>> xmlTexts(const std::string& document, const std::string& file)
{
    startGdal();
    const std::unique_ptr<CPLXMLNode, TreeCloser> tree(CPLParseXMLString(document.c_str()));
    if (!tree) throw Error(file + ": is no XML (" + gdalReason("unreadable") + "); fetch it again");
    std::map<std::string, std::vector<XmlText>> all;
    collect(tree.get(), all);
    return all;
}

} // namespace revisit
