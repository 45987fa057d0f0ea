// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/sourcetools.h"
#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// A corpus of hostile files, and how one is attempted: in a process of its own, with limits.
namespace revisit::testing {

struct Hostile {
    std::string format, what;   ///< "GeoTIFF", "cut at 12 of 24"
    std::function<void()> open; ///< writes the file and reads it as a user's command would
    std::string names;          ///< what the sentence must name: the file, or a key of run.json
    bool mayBeHarmless = false; ///< a changed byte that may still make a good file
};

struct Ending {
    bool refused = false; ///< with an Error
    std::string said;     ///< its sentence, or how else it ended
    long grewKb = 0;      ///< most memory in use beyond what this process had
};

/// Calls `open` in a child that has 10 s and may have 512 MiB more than this process.
inline Ending attempted(const std::function<void()>& open)
{
    constexpr unsigned seconds = 10;
    constexpr rlim_t room = 512ull << 20;
    const auto statusKb = [](const char* key) {
        const auto status = bytesIn("/proc/self/status");
        const auto at = status.find(key);
        return at == std::string::npos ? 0l : std::atol(status.c_str() + at + std::strlen(key));
    };
    const auto data = static_cast<rlim_t>(statusKb("VmData:")) << 10;
    int pipes[2];
    if (::pipe(pipes) != 0) qFatal("no pipe could be made");
    const auto child = ::fork();
    if (child < 0) qFatal("no process could be started");
    if (child == 0) {
        const rlimit most{data + room, data + room}, none{0, 0};
        ::setrlimit(RLIMIT_DATA, &most);
        ::setrlimit(RLIMIT_CORE, &none);
        for (const int one : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE})
            ::signal(one, SIG_DFL); // Qt Test's would write a trace
        ::alarm(seconds);
        std::string said;
        int code = 0;
        const long before = statusKb("VmRSS:"); // less than the parent's: mapped files are not taken along
        if (::write(pipes[1], &before, sizeof before) < 0) ::_exit(4);
        try {
            open();
            said = "was read";
        } catch (const Error& error) {
            code = 2, said = error.what();
        } catch (const std::exception& error) {
            code = 3, said = std::string("ended with another exception: ") + error.what();
        }
        said.resize(std::min<std::size_t>(said.size(), 4000)); // a pipe holds as much
        if (::write(pipes[1], said.data(), said.size()) < 0) code = 4;
        ::_exit(code);
    }
    ::close(pipes[1]);
    Ending ending;
    long before = 0;
    if (::read(pipes[0], &before, sizeof before) != sizeof before) qFatal("the child did not begin");
    char bytes[4096];
    for (ssize_t n = 0; (n = ::read(pipes[0], bytes, sizeof bytes)) > 0;)
        ending.said.append(bytes, static_cast<std::size_t>(n));
    ::close(pipes[0]);
    int status = 0;
    rusage used{};
    ::wait4(child, &status, 0, &used);
    ending.grewKb = used.ru_maxrss - before;
    ending.refused = WIFEXITED(status) && WEXITSTATUS(status) == 2;
    if (WIFSIGNALED(status))
        ending.said =
            WTERMSIG(status) == SIGALRM ? "took more than 10 s" : "died of signal " + std::to_string(WTERMSIG(status));
    else if (WEXITSTATUS(status) == 0)
        ending.said.clear();
    return ending;
}

/// A corpus in the making: each case gets a folder of its own.
class Corpus {
public:
    explicit Corpus(std::filesystem::path folder) : m_folder(std::move(folder)) {}
    const std::vector<Hostile>& all() const { return m_all; }
    std::filesystem::path newFolder() { return m_folder / std::to_string(m_all.size()); }
    void add(Hostile hostile) { m_all.push_back(std::move(hostile)); }
    /// A file `name` of these bytes, read by `read(path)`.
    void file(const std::string& format, const std::string& what, const std::string& name, const std::string& bytes,
              const std::function<void(const std::filesystem::path&)>& read, bool mayBeHarmless = false,
              const std::string& names = {})
    {
        const auto path = newFolder() / name;
        add({format, what,
             [path, bytes, read] {
                 writeFile(path, bytes);
                 read(path);
             },
             names.empty() ? name : names, mayBeHarmless});
    }
    /// The same cut short at `count` places, the first of which is empty.
    void cut(const std::string& format, const std::string& name, const std::string& good, std::size_t count,
             const std::function<void(const std::filesystem::path&)>& read)
    {
        for (std::size_t k = 0; k < count; ++k)
            file(format, "cut at " + std::to_string(k) + " of " + std::to_string(count), name,
                 good.substr(0, good.size() * k / count), read);
    }
    /// The same with a byte changed at `count` places from `from` to `to`.
    void flip(const std::string& format, const std::string& name, const std::string& good, std::size_t from,
              std::size_t to, std::size_t count, const std::function<void(const std::filesystem::path&)>& read,
              const std::function<std::string(std::string)>& mend = {})
    {
        for (std::size_t k = 0; k < count; ++k) {
            auto bytes = good;
            const auto at = from + (to - from) * k / count;
            bytes[at] = static_cast<char>(bytes[at] ^ (k % 2 ? 0x80 : 0xff));
            file(format, "byte " + std::to_string(at) + " changed", name, mend ? mend(bytes) : bytes, read, true);
        }
    }

private:
    std::filesystem::path m_folder;
    std::vector<Hostile> m_all;
};

} // namespace revisit::testing
