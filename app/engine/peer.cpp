// SPDX-License-Identifier: Apache-2.0
#include "app/engine/peer.h"
#include "app/engine/commands.h"
#include "datasets/base/error.h"
#include <cerrno>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace revisit {
namespace {

const char* const cure = "; tests/peers/setup.sh DIR makes an environment whose DIR/bin/python has all that is needed";

} // namespace

Peer::Peer(const std::filesystem::path& python)
{
    const auto script = resources().parent_path() / "tests" / "peers" / "peers.py";
    if (::access(python.c_str(), X_OK) != 0) throw Error("--peers: " + python.string() + " cannot be run" + cure);
    if (!std::filesystem::exists(script))
        throw Error("--peers: " + script.string() + " is missing; the peers come with the source tree");
    int to[2], from[2];
    if (::pipe2(to, O_CLOEXEC) != 0) throw std::runtime_error("no pipe could be made");
    const Descriptor childReads(to[0]);
    m_to = Descriptor(to[1]);
    if (::pipe2(from, O_CLOEXEC) != 0) throw std::runtime_error("no pipe could be made");
    m_from = Descriptor(from[0]);
    const Descriptor childWrites(from[1]);
    m_child = ::fork();
    if (m_child < 0) throw std::runtime_error("no process could be started");
    if (m_child == 0) {
        ::setsid(); // Ctrl-C is ours to answer, after the round
        ::dup2(childReads.get(), STDIN_FILENO), ::dup2(childWrites.get(), STDOUT_FILENO);
        for (const char* mine : {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"})
            ::unsetenv(mine); // what main() chose is not theirs
        ::execl(python.c_str(), python.c_str(), script.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
}

Peer::~Peer()
{
    m_to = Descriptor(); // its input ends, and so does it
    while (::waitpid(m_child, nullptr, 0) < 0 && errno == EINTR) {}
}

Json Peer::ask(const Json& line)
{
    const auto ended = Error(std::string("--peers: the Python process ended; what it said is above") + cure);
    const auto text = line.dump() + "\n";
    if (::write(m_to.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) throw ended;
    auto end = m_read.find('\n');
    while (end == std::string::npos) {
        char bytes[1 << 16];
        const auto count = ::read(m_from.get(), bytes, sizeof bytes);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) throw ended;
        m_read.append(bytes, static_cast<std::size_t>(count));
        end = m_read.find('\n');
    }
    auto answer = Json::parse(m_read.substr(0, end));
    m_read.erase(0, end + 1);
    return answer;
}

} // namespace revisit
