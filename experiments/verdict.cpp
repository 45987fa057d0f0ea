// SPDX-License-Identifier: Apache-2.0
#include "experiments/verdict.h"
#include <algorithm>
#include <array>
#include <cmath>

namespace revisit {
namespace {

// What the numbers of docs/collapse.md were drawn between.
constexpr double evenSpread = 0.3;    // of projections, below: all point the same way
constexpr double featureSpread = 0.1; // of features that nothing is projected from, which may well have much in common
constexpr double keptDeviation = 0.3; // of what the objective wants, below: they have shrunk to one point
constexpr double keptRank = 0.3;      // of the untrained one, below: few dimensions are left
constexpr double uniformShare = 0.97; // of the largest entropy, above: each output is as likely as the next
constexpr double fewestOutputs = 10;  // that a batch is spread over, below: some win everything
constexpr std::int64_t earliest = 50; // steps; before them batch norms' running statistics are not what they will be
constexpr double smoothing = 5;       // steps
constexpr double raisedLoss = 2;      // times what it began with, above: it diverges

double number(const Json& all, const char* name)
{
    const auto found = all.find(name);
    return found != all.end() && found->is_number() ? found->get<double>() : std::nan("");
}

std::string shortly(double value)
{
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%.2g", value);
    return text.data();
}

} // namespace

void Judge::begin(const Json& untrained) { m_untrainedKnn = untrained.value("knn", Json()); }

void Judge::hear(double loss, const Json& terms)
{
    ++m_heard;
    if (m_firstLoss == 0) m_firstLoss = m_loss = loss;
    m_loss += (loss - m_loss) / smoothing;
    m_terms = terms;
}

Verdict Judge::unexplained(const Json& metrics) const
{
    const auto chance = m_experiment.objective->chance(m_experiment.training.batch, m_classes).value_or(0);
    const bool projected = metrics.contains("std_projection");
    const double spread = number(metrics, projected ? "std_projection" : "std");
    const double deviation = number(metrics, "deviation_projection");
    const double rank = std::fmin(number(metrics, "rank_projection_relative"), number(metrics, "rank_relative"));
    const double perSample = number(m_terms, "teacher_entropy"), together = number(m_terms, "output_entropy");
    if (!(m_loss <= raisedLoss * std::max({std::abs(m_firstLoss), chance, 1e-3})))
        return {"diverging",
                "The loss grows instead of falling: it began at " + shortly(m_firstLoss) + " and is " +
                    shortly(m_loss) + ".",
                {{"loss", m_loss}, {"first_loss", m_firstLoss}},
                nullptr};
    if (perSample > uniformShare * chance)
        return {"uniform",
                "Uniform output: the teacher finds every output as likely as the next (entropy " + shortly(perSample) +
                    " of at most " + shortly(chance) + "), so that there is nothing to learn from it.",
                {{"teacher_entropy", perSample}, {"largest_entropy", chance}},
                nullptr};
    const double outputs = std::exp(chance), batch = static_cast<double>(m_experiment.training.batch);
    if (together < std::log(std::min({fewestOutputs, outputs / 3, batch / 3})))
        return {"one-hot",
                "One-hot output: a whole batch goes to about " + shortly(std::exp(together)) +
                    " outputs, so that hardly anything is told apart.",
                {{"output_entropy", together}, {"outputs", std::exp(together)}},
                nullptr};
    const bool shrunk = deviation < keptDeviation * m_experiment.objective->wantedDeviation();
    if (shrunk || spread < (projected ? evenSpread : featureSpread)) {
        Verdict verdict{"complete",
                        "Complete collapse: the embeddings have become nearly the same. Their spread is " +
                            shortly(spread) + ", where 1 is even",
                        {{projected ? "std_projection" : "std", spread}},
                        nullptr};
        if (!std::isnan(deviation)) {
            verdict.message += "; their deviation is " + shortly(deviation);
            verdict.evidence["deviation_projection"] = deviation;
        }
        verdict.message += ".";
        return verdict;
    }
    if (rank < keptRank)
        return {"dimensional",
                "Dimensional collapse: of the directions that the untrained network used, " + shortly(100 * rank) +
                    " % are left.",
                {{"rank_relative", number(metrics, "rank_relative")},
                 {"rank_projection_relative", number(metrics, "rank_projection_relative")}},
                nullptr};
    return {"healthy", {}, Json::object(), nullptr};
}

Verdict Judge::judged(const Json& metrics) const
{
    if (m_heard < earliest) return {};
    auto verdict = unexplained(metrics);
    if (verdict.kind == "healthy") return verdict;
    if (m_untrainedKnn.is_number() && metrics.contains("knn") && metrics["knn"].is_number()) {
        verdict.evidence["knn"] = metrics["knn"];
        verdict.evidence["knn_untrained"] = m_untrainedKnn;
        verdict.message += " kNN is at " + shortly(100 * metrics["knn"].get<double>()) +
                           " %, an untrained network's at " + shortly(100 * m_untrainedKnn.get<double>()) + " %.";
    }
    const auto& objective = *m_experiment.objective;
    const double rate = m_experiment.optimizer->learningRate() / objective.rates().of(m_experiment.optimizer.name());
    if (const auto culprit = objective.culprit()) {
        verdict.message += " " + culprit->why + " Set " + culprit->key + " to " + culprit->cure.dump() + ".";
        verdict.fix = {{"key", culprit->key}, {"value", culprit->cure}};
    } else if (rate > 3) {
        verdict.message += " The learning rate is " + shortly(rate) +
                           " times what this objective trains well with. Leave optimizer.learning_rate automatic.";
        verdict.fix = {{"key", "optimizer.learning_rate"}, {"value", 0}};
    } else {
        verdict.message += " No setting of the objective explains it. A lower optimizer.learning_rate, a larger "
                           "training.batch or other augmentations may help.";
    }
    return verdict;
}

bool Judge::isNews(const std::string& kind)
{
    const bool news = kind != m_told;
    m_told = kind;
    return news;
}

Json Judge::memory() const
{
    return {{"steps", m_heard}, {"first_loss", m_firstLoss},      {"loss", m_loss}, {"terms", m_terms},
            {"told", m_told},   {"untrained_knn", m_untrainedKnn}};
}

void Judge::remember(const Json& memory)
{
    m_heard = memory.at("steps").get<std::int64_t>();
    m_firstLoss = memory.at("first_loss").get<double>();
    m_loss = memory.at("loss").get<double>();
    m_terms = memory.at("terms");
    m_told = memory.at("told").get<std::string>();
    m_untrainedKnn = memory.value("untrained_knn", Json()); // none in checkpoints of earlier builds
}

} // namespace revisit
