// SPDX-License-Identifier: Apache-2.0
#include "datasets/digest.h"
#include "datasets/base/files.h"
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <unistd.h>
#include <vector>

namespace revisit {
namespace {

/// One hash of GnuTLS, the library that Debian's libcurl brings.
class Hash {
public:
    explicit Hash(gnutls_digest_algorithm_t kind) : m_bytes(gnutls_hash_get_len(kind))
    {
        if (gnutls_hash_init(&m_handle, kind) != 0)
            throw Error(std::string("This machine's GnuTLS refuses ") + gnutls_digest_get_name(kind) +
                        "; its security policy (FIPS mode) may forbid it.");
    }
    ~Hash() { gnutls_hash_deinit(m_handle, nullptr); }
    Hash(const Hash&) = delete;
    Hash& operator=(const Hash&) = delete;
    void add(std::span<const std::byte> bytes) { gnutls_hash(m_handle, bytes.data(), bytes.size()); }
    std::string take()
    {
        std::array<unsigned char, 64> raw{};
        gnutls_hash_output(m_handle, raw.data()); // which resets it
        std::string text;
        for (std::size_t i = 0; i < m_bytes; ++i) {
            text += "0123456789abcdef"[raw[i] >> 4];
            text += "0123456789abcdef"[raw[i] & 15];
        }
        return text;
    }

private:
    gnutls_hash_hd_t m_handle = nullptr;
    std::size_t m_bytes;
};

} // namespace

struct Digest::State {
    Hash sha256{GNUTLS_DIG_SHA256};
    std::unique_ptr<Hash> md5;
    std::int64_t bytes = 0;
};

Digest::Digest(bool md5) : m_state(std::make_unique<State>())
{
    if (md5) m_state->md5 = std::make_unique<Hash>(GNUTLS_DIG_MD5);
}

Digest::~Digest() = default;

void Digest::add(std::span<const std::byte> bytes)
{
    m_state->sha256.add(bytes);
    if (m_state->md5) m_state->md5->add(bytes);
    m_state->bytes += static_cast<std::int64_t>(bytes.size());
}

FileHashes Digest::take()
{
    FileHashes all{m_state->bytes, m_state->sha256.take(), m_state->md5 ? m_state->md5->take() : std::string()};
    m_state->bytes = 0;
    return all;
}

std::int64_t Digest::bytes() const { return m_state->bytes; }

FileHashes hashesOf(const std::filesystem::path& file, bool md5, const DownloadReport& report)
{
    requireRegularFile(file);
    const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!in) throw Error(file.string() + ": cannot be read: " + std::strerror(errno));
    const auto total = static_cast<std::int64_t>(std::filesystem::file_size(file));
    Digest digest(md5);
    std::vector<std::byte> block(1 << 20);
    while (true) {
        const auto n = ::read(in.get(), block.data(), block.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw Error(file.string() + ": cannot be read: " + std::strerror(errno));
        if (n == 0) return digest.take();
        digest.add({block.data(), static_cast<std::size_t>(n)});
        if (!report.progress(digest.bytes(), total)) throw Interrupted("Stopped. Nothing has changed.");
    }
}

void requireSame(const Remote& remote, const FileHashes& hashes, const std::filesystem::path& file,
                 const std::string& cure)
{
    const auto differs = [&](const std::string& what, const std::string& expected, const std::string& found) {
        throw Error(file.string() + ": is not the file that was meant: its " + what + " is " + found + ", expected " +
                    expected + ". " + cure);
    };
    if (remote.bytes >= 0 && hashes.bytes != remote.bytes)
        differs("length in bytes", std::to_string(remote.bytes), std::to_string(hashes.bytes));
    if (!remote.sha256.empty() && hashes.sha256 != remote.sha256) differs("SHA-256", remote.sha256, hashes.sha256);
    if (!remote.md5.empty() && hashes.md5 != remote.md5) differs("MD5", remote.md5, hashes.md5);
}

} // namespace revisit
