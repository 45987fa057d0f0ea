// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/experiment.h"

namespace revisit {

/// What a look says about how the features are doing.
struct Verdict {
    std::string kind;    ///< healthy, complete, dimensional, uniform, one-hot or diverging
    std::string message; ///< what is wrong, the numbers that say so, what causes and what cures it; empty when healthy
    Json evidence;       ///< those numbers
    Json fix;            ///< `key`, `value` of the setting that caused it, or null where none can be named
};

/// Watches a run for collapse. docs/collapse.md says how its thresholds were found and how often it errs.
class Judge {
public:
    Judge(const Experiment& experiment, std::int64_t classes) : m_experiment(experiment), m_classes(classes) {}
    /// The metrics of the untrained network, with which later ones are compared in words.
    void begin(const Json& untrained);
    /// After each step.
    void hear(double loss, const Json& terms);
    /// Of a look's metrics, after a step.
    Verdict judged(const Json& metrics) const;
    /// What it compared with before counts no more: the loss is another one from here on.
    void forget() { m_firstLoss = m_loss = 0; }
    /// Whether this kind was not told before, or something else was since.
    bool isNews(const std::string& kind);
    /// To be kept in a checkpoint and put back.
    Json memory() const;
    void remember(const Json& memory);

private:
    const Experiment& m_experiment;
    std::int64_t m_classes;
    std::int64_t m_heard = 0;           // steps
    double m_firstLoss = 0, m_loss = 0; // smoothed; 0: none yet
    Json m_terms = Json::object();
    Json m_untrainedKnn; ///< null where there are no labels, or before it is known
    std::string m_told = "healthy";
    Verdict unexplained(const Json& metrics) const;
};

} // namespace revisit
