// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/confined.h"
#include "datasets/base/files.h"
#include "datasets/sources/cached.h"
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <mutex>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace revisit {
namespace {

namespace fs = std::filesystem;

const std::string command = "pack-confined";

// This program in a second process, whose standard output comes here as lines of JSON. It never outlives this object.
class Child {
public:
    explicit Child(std::vector<std::string> arguments)
    {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe could be made");
        m_from = Descriptor(ends[0]);
        const Descriptor to(ends[1]);
        std::vector<char*> pointers;
        for (auto& argument : arguments) pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        m_process = ::fork();
        if (m_process < 0) throw std::runtime_error("no process could be started");
        if (m_process > 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::signal(SIGINT, SIG_IGN); // Ctrl-C is the parent's to answer
        ::dup2(to.get(), STDOUT_FILENO);
        ::execv("/proc/self/exe", pointers.data());
        ::_exit(127);
    }
    ~Child()
    {
        if (m_process < 0) return;
        ::kill(m_process, SIGKILL);
        wait();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Lines that have come within a tenth of a second; nothing once there will be no more.
    std::optional<std::vector<Json>> lines()
    {
        pollfd ready{m_from.get(), POLLIN, 0};
        std::vector<Json> all;
        if (::poll(&ready, 1, 100) <= 0) return all;
        std::array<char, 1 << 12> bytes{};
        const auto count = ::read(m_from.get(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) return all;
        if (count <= 0) return {};
        m_text.append(bytes.data(), static_cast<std::size_t>(count));
        for (auto end = m_text.find('\n'); end != std::string::npos; end = m_text.find('\n')) {
            all.push_back(Json::parse(m_text.substr(0, end), nullptr, false));
            m_text.erase(0, end + 1);
        }
        return all;
    }
    /// How it ended, as waitpid says it.
    int wait()
    {
        int status = 0;
        while (::waitpid(m_process, &status, 0) < 0 && errno == EINTR) {}
        m_process = -1;
        return status;
    }

private:
    pid_t m_process = -1;
    Descriptor m_from;
    std::string m_text;
};

[[noreturn]] void explain(const fs::path& file, int status)
{
    const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (signal == SIGALRM)
        throw Error(file.string() + ": its library read in it for a minute without an end; it is damaged, or its disk "
                                    "does not answer: fetch it again");
    if (signal == SIGKILL)
        throw Error(file.string() + ": the process that read it was ended by the system, perhaps for want of memory; "
                                    "make room and try again");
    if (signal != 0)
        throw Error(file.string() + ": its library crashed on it (" + ::strsignal(signal) +
                    "); it is damaged, or not what it says: fetch it again");
    throw Error(file.string() + ": the process that was to read it could not be started (exit code " +
                std::to_string(WEXITSTATUS(status)) + "); check that /proc is there and memory is left");
}

// Writes the pack in a process of its own.
void packApart(const Json& section, const fs::path& source, const fs::path& file, const Progress& progress)
{
    Child child({"revisit-engine", command, section.dump(), file.string()});
    auto touched = source;
    double share = 0;
    std::string what = "Reading " + source.filename().string();
    Json failure;
    for (auto lines = child.lines(); lines; lines = child.lines()) {
        for (const auto& line : *lines) {
            if (line.contains("file")) touched = line["file"].get<std::string>();
            if (line.contains("share")) share = line["share"], what = line["what"];
            if (line.contains("error")) failure = line;
        }
        if (!progress(share, what)) throw Cancelled();
    }
    const int status = child.wait();
    if (status == 0) return;
    if (failure.is_null()) {
        abandonPack(file);
        explain(touched, status);
    }
    if (failure["disk"]) throw DiskError(failure["error"].get<std::string>());
    throw Error(failure["error"].get<std::string>(), failure["key"].get<std::string>());
}

void say(const Json& line)
{
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    const auto text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
    if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) ::_exit(1); // who asked is gone
}

int fail(const std::string& what, const std::string& key = {}, bool disk = false)
{
    say({{"error", what}, {"key", key}, {"disk", disk}});
    return 1;
}

// Of what a process allocates itself; RLIMIT_AS would also count the pack, which is mapped for its statistics.
void limitMemory()
{
    std::int64_t pages = 0, data = 0;
    std::ifstream statm("/proc/self/statm");
    for (int field = 0; field < 6 && statm >> pages; ++field) data = pages * ::sysconf(_SC_PAGESIZE);
    const auto most = static_cast<rlim_t>(data + Confined::maxMemoryBytes);
    const rlimit memory{most, most}, none{0, 0};
    if (::setrlimit(RLIMIT_DATA, &memory) != 0 || ::setrlimit(RLIMIT_CORE, &none) != 0)
        throw Error("the memory of the process that reads foreign files could not be limited");
}

} // namespace

std::shared_ptr<Pack> Confined::open(const fs::path& cache, const Progress& progress)
{
    check();
    Json section = values();
    section["name"] = name();
    Fingerprint key;
    key.add(section.dump());
    for (const auto& file : files()) key.addFile(file);
    return cachedPack(cache, source().stem().string(), key,
                      [&](const fs::path& file) { packApart(section, source(), file, progress); });
}

std::optional<int> packConfined(int argc, char** argv)
{
    if (argc != 4 || argv[1] != command) return {};
    fs::path touched;
    try {
        limitMemory();
        const auto section = Json::parse(argv[2]);
        const auto name = section.at("name").get<std::string>();
        const auto dataset = make(datasets(), name, "dataset.name");
        dataset->read(section, "dataset", name, {"name"});
        std::mutex mutex;
        dynamic_cast<const Confined&>(*dataset).pack(
            argv[3],
            [](double share, const std::string& what) {
                say({{"share", share}, {"what", what}});
                return true;
            },
            [&](const fs::path& file) {
                const std::lock_guard lock(mutex);
                if (file != touched) say({{"file", file.string()}});
                touched = file;
            });
        return 0;
    } catch (const DiskError& error) {
        return fail(error.what(), error.key(), true);
    } catch (const Error& error) {
        return fail(error.what(), error.key());
    } catch (const std::bad_alloc&) {
        return fail(touched.string() + ": reading it takes more memory than the " +
                    std::to_string(Confined::maxMemoryBytes >> 30) + " GiB that it may; it is damaged: fetch it again");
    } catch (const std::exception& error) {
        return fail(touched.string() + ": something went wrong inside while it was read: " + error.what());
    }
}

} // namespace revisit
