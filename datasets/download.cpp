// SPDX-License-Identifier: Apache-2.0
#include "datasets/download.h"
#include "datasets/partfile.h"
#include <algorithm>
#include <curl/curl.h>
#include <exception>
#include <map>

namespace revisit {

namespace fs = std::filesystem;

namespace {

struct Curl {
    CURL* handle = curl_easy_init();
    ~Curl() { curl_easy_cleanup(handle); }
};

using Headers = std::map<std::string, std::string>;

/// The headers of the last answer: those of redirections before it are forgotten. Names in lower case.
std::size_t readHeader(char* text, std::size_t size, std::size_t count, void* target)
{
    auto& headers = *static_cast<Headers*>(target);
    std::string line(text, size * count);
    if (line.rfind("HTTP/", 0) == 0) headers.clear();
    const auto colon = line.find(':');
    if (colon == std::string::npos || line.size() > 4096 || headers.size() > 100) return size * count;
    std::string name = line.substr(0, colon), value = line.substr(colon + 1);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    value.erase(0, value.find_first_not_of(" \t"));
    value.erase(value.find_last_not_of(" \t\r\n") + 1);
    headers[name] = value;
    return size * count;
}

std::string header(const Headers& headers, const std::string& name)
{
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

void setUp(CURL* curl, const std::string& url, const DownloadLimits& limits, Headers& headers)
{
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    const bool secure = url.rfind("https:", 0) == 0;
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 8L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(limits.connectS));
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1000L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.stallS));
    curl_easy_setopt(curl, CURLOPT_PROXY, limits.proxy.c_str());
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "revisit-engine/" REVISIT_VERSION);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, readHeader);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &headers);
}

/// What another request may mend.
struct Again : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One file's way into its place. What C calls back keeps what it throws for afterwards.
class Download {
public:
    Download(const Remote& remote, const fs::path& to, const DownloadLimits& limits, const DownloadReport& report)
        : m_remote(remote),
          m_limits(limits),
          m_report(report),
          m_part(remote, to, report)
    {}

    /// False when another process brought the file.
    bool run()
    {
        if (!m_part.lock()) return false;
        m_part.resume();
        auto furthest = m_part.bytes();
        for (int failures = 0; m_remote.bytes < 0 || m_part.bytes() < m_remote.bytes;) {
            const auto trouble = attempt();
            if (trouble.empty()) break;
            failures = m_part.bytes() > furthest ? 1 : failures + 1;
            furthest = std::max(furthest, m_part.bytes());
            if (failures > m_limits.retries) throw Interrupted(trouble + goesOn);
            const int seconds = std::min(60, 1 << std::min(failures - 1, 6));
            m_report.say(trouble + " Trying again in " + std::to_string(seconds) + " s.");
            m_part.pause(seconds);
        }
        return true;
    }
    FileHashes finish() { return m_part.finish(); }

private:
    /// One request. Empty when the file is whole, a sentence when another try may help; throws where none will.
    std::string attempt()
    {
        const Curl curl;
        setUp(curl.handle, m_remote.url, m_limits, m_headers);
        char detail[CURL_ERROR_SIZE] = "";
        curl_easy_setopt(curl.handle, CURLOPT_ERRORBUFFER, detail);
        curl_slist* extra = nullptr;
        if (m_part.bytes() > 0) {
            curl_easy_setopt(curl.handle, CURLOPT_RANGE, (std::to_string(m_part.bytes()) + "-").c_str());
            if (!m_part.validator().empty())
                extra = curl_slist_append(extra, ("If-Range: " + m_part.validator()).c_str());
        }
        curl_easy_setopt(curl.handle, CURLOPT_HTTPHEADER, extra);
        curl_easy_setopt(curl.handle, CURLOPT_WRITEDATA, this);
        curl_easy_setopt(
            curl.handle, CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t size, std::size_t count, void* self) {
                return static_cast<Download*>(self)->guarded([&](Download& me) {
                    me.take({reinterpret_cast<const std::byte*>(data), size * count});
                })
                           ? size * count
                           : 0;
            });
        curl_easy_setopt(curl.handle, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl.handle, CURLOPT_XFERINFODATA, this);
        curl_easy_setopt(
            curl.handle, CURLOPT_XFERINFOFUNCTION, +[](void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
                return static_cast<Download*>(self)->guarded([](Download& me) { me.m_part.proceed(); }) ? 0 : 1;
            });
        m_curl = curl.handle;
        m_begun = false;
        m_thrown = nullptr;
        const auto code = curl_easy_perform(curl.handle);
        curl_slist_free_all(extra);
        try {
            if (m_thrown) std::rethrow_exception(m_thrown);
            if (code == CURLE_OK && !m_begun) begin();
        } catch (const Again& again) {
            return again.what();
        }
        if (code == CURLE_OK) return m_part.total >= 0 && m_part.bytes() < m_part.total ? brokenOff() : "";
        return meaning(code, detail);
    }

    template <class Act> bool guarded(const Act& act)
    {
        try {
            act(*this);
            return true;
        } catch (...) {
            m_thrown = std::current_exception();
            return false;
        }
    }

    long status() const
    {
        long code = 0;
        curl_easy_getinfo(m_curl, CURLINFO_RESPONSE_CODE, &code);
        return code;
    }

    /// The first bytes of an answer: whether they are the ones asked for, and how many there will be.
    void begin()
    {
        m_begun = true;
        curl_off_t announced = -1;
        curl_easy_getinfo(m_curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
        const auto etag = header(m_headers, "etag"), modified = header(m_headers, "last-modified");
        std::int64_t offered = announced;
        if (status() == 206) {
            long long from = -1, to = -1, all = -1;
            const auto range = header(m_headers, "content-range");
            std::sscanf(range.c_str(), "bytes %lld-%lld/%lld", &from, &to, &all);
            const bool changed = m_part.validator().rfind('"', 0) == 0 && !etag.empty() && etag != m_part.validator();
            if (from != m_part.bytes() || changed) {
                m_part.startAnew();
                throw Again("The server sent another part than the one asked for.");
            }
            offered = all;
        } else if (m_part.bytes() > 0) {
            m_report.say("The server sends the whole file again: it has changed, or it cannot begin in the middle.");
            m_part.startAnew();
        }
        if (m_remote.bytes >= 0 && offered >= 0 && offered != m_remote.bytes) {
            m_part.startAnew();
            throw Error(m_remote.url + ": the server offers " + std::to_string(offered) + " bytes where " +
                        std::to_string(m_remote.bytes) +
                        " are expected. The publisher has changed the file, or something stands between; nothing of "
                        "it was kept.");
        }
        if (m_remote.bytes < 0) m_part.total = offered;
        if (m_part.bytes() == 0) m_part.remember(!etag.empty() && etag.rfind("W/", 0) != 0 ? etag : modified);
    }

    void take(std::span<const std::byte> bytes)
    {
        if (!m_begun) begin();
        if (m_part.total >= 0 && m_part.bytes() + static_cast<std::int64_t>(bytes.size()) > m_part.total) {
            m_part.startAnew();
            throw Error(m_remote.url + ": the server sends more than the " + std::to_string(m_part.total) +
                        " bytes that are expected; nothing of it was kept");
        }
        m_part.append(bytes);
    }

    std::string brokenOff() const
    {
        return "The connection to " + m_remote.url + " ended after " + std::to_string(m_part.bytes()) +
               (m_part.total < 0 ? "" : " of " + std::to_string(m_part.total)) + " bytes.";
    }

    std::string meaning(CURLcode code, const char* detail)
    {
        const std::string why = *detail ? detail : curl_easy_strerror(code);
        double connected = 0;
        switch (code) {
        case CURLE_HTTP_RETURNED_ERROR: return refused();
        case CURLE_PARTIAL_FILE: return brokenOff();
        case CURLE_OPERATION_TIMEDOUT:
            curl_easy_getinfo(m_curl, CURLINFO_CONNECT_TIME, &connected);
            if (connected == 0) return m_remote.url + ": nobody answered.";
            throw Interrupted(m_remote.url + ": less than 1 kB/s came for " + std::to_string(m_limits.stallS) + " s." +
                              goesOn);
        case CURLE_TOO_MANY_REDIRECTS:
            throw Error(m_remote.url + ": the server redirects in circles; look whether the publisher has moved it");
        case CURLE_UNSUPPORTED_PROTOCOL:
            throw Error(m_remote.url + ": the server redirects to where Revisit does not follow (" + why +
                        "): only http and https are, and from https only https");
        case CURLE_URL_MALFORMAT: throw Error(m_remote.url + ": is no address: " + why);
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            throw Error(m_remote.url + ": the server does not prove who it is (" + why +
                        "); install ca-certificates, and look at the machine's date");
        default: return m_remote.url + ": " + why + ".";
        }
    }

    std::string refused()
    {
        const auto code = status();
        const auto said = m_remote.url + ": the server answered " + std::to_string(code);
        if (code == 416) { // the part has all, or more than there is now
            if (header(m_headers, "content-range") == "bytes */" + std::to_string(m_part.bytes())) return "";
            m_part.startAnew();
            return said + " (it has no such part); starting anew.";
        }
        if (code == 408 || code == 425 || code == 429 || code >= 500) return said + ".";
        if (code == 401 || code == 403)
            throw Error(said + " (not allowed); the publisher may ask for an account by now");
        throw Error(said + (code == 404 || code == 410 ? " (not there)" : "") +
                    "; look whether the publisher has moved it");
    }

    const Remote& m_remote;
    const DownloadLimits& m_limits;
    const DownloadReport& m_report;
    PartFile m_part;
    Headers m_headers;
    CURL* m_curl = nullptr;
    bool m_begun = false;
    std::exception_ptr m_thrown;
};

} // namespace

FileHashes download(const Remote& remote, const fs::path& to, const DownloadLimits& limits,
                    const DownloadReport& report)
{
    Download one(remote, to, limits, report);
    return one.run() ? one.finish() : hashesOf(to, !remote.md5.empty(), report);
}

std::int64_t remoteBytes(const std::string& url, const DownloadLimits& limits)
{
    const Curl curl;
    Headers headers;
    setUp(curl.handle, url, limits, headers);
    curl_easy_setopt(curl.handle, CURLOPT_NOBODY, 1L);
    curl_off_t bytes = -1;
    if (curl_easy_perform(curl.handle) == CURLE_OK)
        curl_easy_getinfo(curl.handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &bytes);
    return bytes;
}

} // namespace revisit
