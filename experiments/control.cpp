// SPDX-License-Identifier: Apache-2.0
#include "experiments/control.h"
#include <fstream>

namespace revisit {

Control::Control(std::filesystem::path file) : m_file(std::move(file))
{
    std::error_code none;
    const auto size = std::filesystem::file_size(m_file, none);
    if (!none) m_offset = size;
}

std::vector<Json> Control::poll()
{
    constexpr std::uintmax_t most = 1 << 20; // a longer line is nobody's request
    std::vector<Json> requests;
    std::error_code none;
    const auto size = std::filesystem::file_size(m_file, none);
    if (none || size <= m_offset) return requests;
    std::ifstream in(m_file, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(m_offset));
    std::string added(std::min(size - m_offset, most), '\0');
    in.read(added.data(), static_cast<std::streamsize>(added.size()));
    added.resize(static_cast<std::size_t>(in.gcount()));
    m_offset += added.size();
    m_rest += added;
    for (auto end = m_rest.find('\n'); end != std::string::npos; end = m_rest.find('\n')) {
        ++m_line;
        auto request = parsed(std::string_view(m_rest).substr(0, end));
        m_rest.erase(0, end + 1);
        const bool proper = request.is_object() && request.contains("id") && request["id"].is_string() &&
                            request.contains("do") && request["do"].is_string();
        requests.push_back(proper ? request : Json{{"id", ""}, {"do", ""}, {"line", m_line}});
    }
    if (m_rest.size() > most) m_rest.clear();
    return requests;
}

} // namespace revisit
