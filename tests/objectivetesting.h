// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/backbone.h"
#include "experiments/objective.h"
#include "golden.h"
#include <condition_variable>
#include <mutex>
#include <thread>
#include <torch/torch.h>

/// What the tests of objectives share.
namespace objectivetesting {

using namespace revisit;

inline std::unique_ptr<Objective> objective(const std::string& name, const Json& settings = Json::object())
{
    auto made = make(objectives(), name, "objective");
    made->read(settings, "objective", name);
    return made;
}

inline Loss lossOf(Objective& of, const Embeddings& embeddings)
{
    Alone alone;
    return of.formula(embeddings, alone);
}

inline double value(Objective& of, const Embeddings& embeddings) { return lossOf(of, embeddings).total.item<double>(); }

inline double term(const Loss& loss, const std::string& name)
{
    for (const auto& [called, tensor] : loss.terms)
        if (called == name) return tensor.item<double>();
    throw std::runtime_error("no term " + name);
}

/// A small backbone that the objective can train.
inline std::unique_ptr<Backbone> backboneFor(const std::string& name)
{
    auto made = make(backbones(), name == "mae" ? "vit" : name == "fcmae" ? "convnextv2" : "smallconv", "backbone");
    if (name == "mae") made->read({{"depth", 2}, {"patch", 8}}, "backbone", "vit");
    if (name == "fcmae") made->read({{"small_stem", true}}, "backbone", "convnextv2");
    return made;
}

/// Embeddings of `n` samples that the objective's formula takes, float64, different for different `shift`.
inline Embeddings sample(const std::string& name, std::int64_t n, double shift = 0)
{
    const auto z = [&](std::int64_t width, double a) { return golden::X({n, width}, a + shift); };
    const bool classes = name == "supervised" || name == "rotation" || name == "position";
    Embeddings all;
    if (name == "mae" || name == "fcmae") {
        all.z = {golden::X({n, 9, 12}, 0.87 + shift)};
        all.goals = {golden::X({n, 9, 12}, 0.33 + shift)};
        all.mask = golden::X({n, 9}, 0.41 + shift).gt(0).to(torch::kDouble);
        return all;
    }
    all.z = {z(classes ? 4 : 6, 0.7)};
    if (classes) all.targets = torch::arange(n).remainder(4);
    if (classes || name == "random") return all;
    if (name == "moco") {
        all.goals = {z(6, 0.53)};
        all.reference = torch::nn::functional::normalize(golden::X({11, 6}, 1.3));
        return all;
    }
    all.z.push_back(z(6, 0.9));
    if (name == "byol" || name == "simsiam" || name == "mocov3" || name == "dino") all.goals = {z(6, 0.53), z(6, 0.73)};
    if (name == "swav" || name == "dino") all.z.push_back(z(6, 0.31));
    if (name == "dino") all.reference = golden::X({1, 6}, 0.2);
    if (name == "lejepa")
        all.reference = torch::nn::functional::normalize(golden::X({6, 10}, 1.1),
                                                         torch::nn::functional::NormalizeFuncOptions().dim(0));
    return all;
}

/// The rows of one half of a batch.
inline Embeddings part(const Embeddings& whole, std::int64_t first, std::int64_t count)
{
    const auto cut = [&](const at::Tensor& rows) { return rows.defined() ? rows.narrow(0, first, count) : rows; };
    Embeddings all;
    for (const auto& z : whole.z) all.z.push_back(cut(z));
    for (const auto& goal : whole.goals) all.goals.push_back(cut(goal));
    all.reference = whole.reference;
    all.mask = cut(whole.mask);
    all.targets = cut(whole.targets);
    return all;
}

/// Two threads that share a batch as processes would; a tensor that passes keeps its graph.
class Exchange {
public:
    class Member final : public Group {
    public:
        Member(Exchange& exchange, std::size_t rank) : m_exchange(exchange), m_rank(rank) {}
        at::Tensor gather(const at::Tensor& rows) override { return torch::cat(m_exchange.all(m_rank, rows)); }
        at::Tensor sum(const at::Tensor& tensor) override
        {
            const auto both = m_exchange.all(m_rank, tensor);
            return both[0] + both[1];
        }
        std::int64_t offset(std::int64_t rows) override { return static_cast<std::int64_t>(m_rank) * rows; }

    private:
        Exchange& m_exchange;
        std::size_t m_rank;
    };

private:
    /// Everyone's tensor of this round, once everyone has come.
    std::vector<at::Tensor> all(std::size_t rank, const at::Tensor& mine)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_leaving == 0; }); // the round before is over
        m_slots[rank] = mine;
        if (++m_arrived == 2) {
            m_leaving = 2;
            m_changed.notify_all();
        }
        m_changed.wait(lock, [&] { return m_leaving > 0; });
        const std::vector<at::Tensor> both = {m_slots[0], m_slots[1]};
        if (--m_leaving == 0) {
            m_arrived = 0;
            m_changed.notify_all();
        }
        return both;
    }
    std::mutex m_mutex;
    std::condition_variable m_changed;
    at::Tensor m_slots[2];
    int m_arrived = 0, m_leaving = 0;
};

} // namespace objectivetesting
