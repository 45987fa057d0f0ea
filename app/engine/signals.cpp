// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include <csignal>
#include <cstdlib>
#include <unistd.h>

namespace revisit {
namespace {

volatile std::sig_atomic_t asked = 0; // a signal handler can reach nothing else

void note(int signal)
{
    if (signal == SIGINT && asked == SIGINT) ::_exit(130);
    asked = signal;
}

} // namespace

int askedToLeave() { return asked; }

void listenToSignals()
{
    struct sigaction action = {};
    action.sa_handler = note;
    for (const int signal : {SIGINT, SIGTERM, SIGUSR2}) ::sigaction(signal, &action, nullptr);
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
