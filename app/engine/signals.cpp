// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include <csignal>
#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

namespace revisit {
namespace {

volatile std::sig_atomic_t asked = 0; // a signal handler can reach nothing else

void note(int signal)
{
    if (signal == SIGINT && asked == SIGINT) ::_exit(130);
    asked = signal;
}

// A mapped file that was cut off meanwhile: what is gone reads as zeros, and whoever read it asks the pack what has
// become of its file. Anything else that is wrong with memory ends the process, as it would have.
void fillGap(int signal, siginfo_t* info, void*)
{
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    auto* const at = reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(info->si_addr) / page * page);
    if (info->si_code != BUS_ADRERR ||
        ::mmap(at, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
        ::signal(signal, SIG_DFL);
}

} // namespace

int askedToLeave() { return asked; }

void listenToSignals()
{
    struct sigaction action = {};
    action.sa_handler = note;
    for (const int signal : {SIGINT, SIGTERM, SIGUSR2}) ::sigaction(signal, &action, nullptr);
    struct sigaction gap = {};
    gap.sa_sigaction = fillGap;
    gap.sa_flags = SA_SIGINFO;
    ::sigaction(SIGBUS, &gap, nullptr);
    for (const int signal : {SIGPIPE, SIGXFSZ})
        ::signal(signal, SIG_IGN); // a write that cannot be is an error of write
}

void waitPassively(char** arguments)
{
    if (std::getenv("OMP_WAIT_POLICY")) return;
    ::setenv("OMP_WAIT_POLICY", "passive", 1);
    ::setenv("GOMP_SPINCOUNT", "5000", 0); // some microseconds: the next parallel loop often comes sooner than sleep
    ::execv("/proc/self/exe", arguments);  // where that fails, this process goes on as it is
}

std::filesystem::path resources()
{
    const char* chosen = std::getenv("REVISIT_RESOURCES");
    return chosen ? chosen : REVISIT_RESOURCES_DIR;
}

} // namespace revisit
