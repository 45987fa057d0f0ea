// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/checkpoint.h"
#include "experiments/control.h"
#include "experiments/evaluator.h"
#include "experiments/eventlog.h"
#include "experiments/experiment.h"
#include "experiments/rundirectory.h"
#include "experiments/trace.h"
#include "experiments/trainer.h"
#include "experiments/verdict.h"

namespace revisit {

/// A run under way: the parts that train, and the verbs of the trainer's loop. One thread.
class Session {
public:
    /// Reads run.json, opens the data, builds the networks. Error, naming the key, when something asked for cannot be
    /// had.
    Session(RunDirectory& directory, EventLog& events, const TrainOptions& options);

    std::int64_t step() const { return m_step; }
    std::int64_t steps() const { return m_experiment.training.steps; }
    std::int64_t batch() const { return m_experiment.training.batch; }
    bool stopping() const { return m_stopping; }

    /// `started` and `patches`, or, with `resume`, the newest checkpoint and `resumed`.
    void begin(bool resume);
    /// Does what people asked since the last call; waits in it while paused.
    void obey();
    /// One step; Diverged, and no weight moved, when it cannot be taken.
    void learn();
    /// Baselines and the untrained network, as probe of step 0; nothing when they have been told.
    void lookAtBaselines();
    void look();
    bool lookIsDue() const;
    /// Writes a checkpoint.
    void keep();
    bool checkpointIsDue() const;
    /// The last look, checkpoint and `finished`.
    void finish();

private:
    void emit(const char* name, const Json& fields);
    void warn(const char* code, const std::string& message, const Json& more = Json::object());
    void start();
    /// The weights that the run begins with: its own, a file's, or its parent's.
    void adopt();
    void answer(const Json& request);
    /// Sets a live setting, for the checkpoints too; the value it had.
    Json change(const std::string& key, const Json& value);
    /// What to hold the loss against, as the objective's settings stand.
    Json lossValues() const;
    void emitLook(std::int64_t step, const Evaluator::Look& look, double seconds, const Json& baselines);
    Batch draw();
    /// Before what was read is told or kept: Error where the data were changed meanwhile.
    void requireData();
    /// The networks whose features are looked at.
    Networks& evaluated();

    RunDirectory& m_directory;
    EventLog& m_events;
    const TrainOptions& m_options;
    Control m_control;
    Trace m_trace;
    Experiment m_experiment;
    c10::Device m_device;
    std::shared_ptr<Pack> m_pack;
    std::unique_ptr<Views> m_views;
    std::unique_ptr<Evaluator> m_evaluator;
    std::unique_ptr<Judge> m_judge;
    Networks m_networks;
    State m_untrained, m_begun; // until the first look; m_begun: with weights from a file
    Json m_loaded;              // what was taken from a file of weights
    Alone m_group;
    at::Tensor m_labels;          // of all patches
    Json m_live = Json::object(); // what was set while training
    std::int64_t m_train = 0, m_step = 0, m_looked = -1, m_kept = -1;
    bool m_stopping = false, m_paused = false, m_toldReplaced = false;
    double m_seconds = 0;
    std::int64_t m_rateSamples = 0; // since the rate was last told
    double m_rateSeconds = 0, m_rate = 0;
};

} // namespace revisit
