// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "app/engine/previews.h"
#include "datasets/base/files.h"
#include "experiments/eventlog.h"
#include "experiments/experiment.h"
#include <c10/util/Exception.h>
#include <condition_variable>
#include <deque>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace revisit {
namespace {

// The resident engine: this thread reads requests and answers the quick ones, another works on the slow ones, newest
// first of a kind.
class Server {
public:
    int run()
    {
        say({{"hello", "revisit-engine"}, {"protocol", protocolVersion}, {"version", REVISIT_VERSION}});
        std::thread worker([this] { work(); });
        for (std::string line; !m_leaving && std::getline(std::cin, line);) hear(line);
        {
            const std::lock_guard lock(m_mutex);
            m_leaving = true;
        }
        m_wake.notify_one();
        worker.join();
        return exitDone;
    }

private:
    struct Job {
        Json request;
        std::string ask;
        const char* stopped = nullptr; // why it is no longer wanted: "superseded", "cancelled"
    };

    /// What is asked of the data, which another thread answers.
    static const std::map<std::string, Json (Previews::*)(const Json&, const Progress&)>& slow()
    {
        static const std::map<std::string, Json (Previews::*)(const Json&, const Progress&)> asks = {
            {"recognise", &Previews::recognise}, {"patches", &Previews::patches},   {"pixels", &Previews::pixels},
            {"spectrum", &Previews::spectrum},   {"batch", &Previews::batch},       {"tiles", &Previews::tiles},
            {"views", &Previews::views},         {"estimate", &Previews::estimate}, {"network", &Previews::network}};
        return asks;
    }

    void say(const Json& line)
    {
        const std::lock_guard lock(m_out);
        std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
    }
    void fail(const Json& id, const std::string& message, const char* field = nullptr, const std::string& value = {})
    {
        Json error = {{"message", message}};
        if (field && !value.empty()) error[field] = value;
        say({{"id", id}, {"error", error}});
    }
    void sayStopped(const Job& job)
    {
        fail(job.request["id"],
             std::string(job.stopped) == "cancelled" ? "It was cancelled." : "A newer request took its place.", "code",
             job.stopped);
    }

    void hear(const std::string& line)
    {
        if (line.size() > (1 << 20)) return fail(nullptr, "The request is longer than 1 MiB.");
        const auto request = parsed(line);
        if (!request.is_object() || !request.contains("id") || !request.contains("ask") || !request["ask"].is_string())
            return fail(request.is_object() ? request.value("id", Json()) : Json(),
                        "A request is a line of JSON with an id and an ask.");
        const auto ask = request["ask"].get<std::string>();
        const auto& id = request["id"];
        if (ask == "describe") return answer(id, [] { return describe(); });
        if (ask == "validate") return answer(id, [&] { return validate(request.value("config", Json::object())); });
        if (ask == "cancel")
            return say({{"id", id}, {"answer", {{"cancelled", stop(request.value("request", Json()))}}}});
        if (ask == "quit") {
            m_leaving = true;
            return say({{"id", id}, {"answer", Json::object()}});
        }
        if (!slow().contains(ask)) {
            std::vector<std::string> known = {"describe", "validate", "cancel", "quit"};
            for (const auto& entry : slow()) known.push_back(entry.first);
            return fail(id, "There is no ask \"" + ask + "\"" + suggestion(ask, known));
        }
        {
            const std::lock_guard lock(m_mutex);
            for (auto job = m_waiting.begin(); job != m_waiting.end();) {
                if (job->ask != ask) {
                    ++job;
                    continue;
                }
                job->stopped = "superseded";
                sayStopped(*job);
                job = m_waiting.erase(job);
            }
            if (m_current && m_current->ask == ask) m_current->stopped = "superseded";
            m_waiting.push_back({request, ask});
        }
        m_wake.notify_one();
    }

    bool stop(const Json& id)
    {
        const std::lock_guard lock(m_mutex);
        for (auto job = m_waiting.begin(); job != m_waiting.end(); ++job)
            if (job->request["id"] == id) {
                job->stopped = "cancelled";
                sayStopped(*job);
                m_waiting.erase(job);
                return true;
            }
        if (!m_current || m_current->request["id"] != id) return false;
        m_current->stopped = "cancelled";
        return true;
    }

    template <class Make> void answer(const Json& id, const Make& make)
    {
        Json made;
        if (const auto trouble = attempt([&] { made = make(); }))
            fail(id, trouble->message, "key", trouble->key);
        else
            say({{"id", id}, {"answer", made}});
    }

    struct Trouble {
        std::string message, key;
    };
    /// What kept `make` from its end, in words.
    template <class Make> static std::optional<Trouble> attempt(const Make& make)
    {
        try {
            make();
            return {};
        } catch (const Error& error) {
            return Trouble{error.what(), error.key()};
        } catch (const std::filesystem::filesystem_error& error) {
            return Trouble{refusal(error).what(), {}};
        } catch (const c10::Error& error) {
            return Trouble{std::string("LibTorch could not go on: ") + error.what_without_backtrace(), {}};
        } catch (const std::exception& error) {
            return Trouble{std::string("Something went wrong inside the engine: ") + error.what(), {}};
        }
    }

    void work()
    {
        Previews previews;
        while (true) {
            Job job;
            {
                std::unique_lock lock(m_mutex);
                m_wake.wait(lock, [&] { return m_leaving || !m_waiting.empty(); });
                if (m_waiting.empty()) return;
                job = m_waiting.front();
                m_waiting.pop_front();
                m_current = &job;
            }
            const auto& id = job.request["id"];
            const auto stopped = [&] {
                const std::lock_guard lock(m_mutex);
                return job.stopped != nullptr;
            };
            const Progress progress = [&](double share, const std::string& message) {
                say({{"id", id}, {"progress", share}, {"message", message}});
                return !stopped();
            };
            Json made;
            const auto trouble = attempt([&] { made = (previews.*slow().at(job.ask))(job.request, progress); });
            {
                const std::lock_guard lock(m_mutex);
                m_current = nullptr;
            }
            if (job.stopped)
                sayStopped(job);
            else if (trouble)
                fail(id, trouble->message, "key", trouble->key);
            else
                say({{"id", id}, {"answer", made}});
        }
    }

    std::mutex m_mutex, m_out;
    std::condition_variable m_wake;
    std::deque<Job> m_waiting;
    Job* m_current = nullptr;
    std::atomic<bool> m_leaving = false;
};

} // namespace

Action addServe(CLI::App&)
{
    return [] { return Server().run(); };
}

} // namespace revisit
