// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

namespace revisit {

/// One element of an XML file that holds text alone.
struct XmlText {
    std::map<std::string, std::string> attributes;
    std::string text;
};

/// The elements of a document that hold text alone, by their names, in their order. Error, naming `file`, where it is
/// no XML.
std::map<std::string, std::vector<XmlText>> xmlTexts(const std::string& document, const std::string& file);

} // namespace revisit
