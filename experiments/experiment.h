// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/dataset.h"
#include "datasets/sampler.h"
#include "datasets/splitter.h"
#include "experiments/backbone.h"
#include "experiments/chain.h"
#include "experiments/objective.h"
#include "experiments/optimizer.h"
#include "experiments/schedule.h"
#include "experiments/settings.h"

namespace revisit {

/// One component out of a list, with its parameters: {"name": "vicreg", "variance": 0} in run.json.
template <class Kind> class Choice {
public:
    Choice(const std::vector<Entry<Kind>>& list, const char* key, const char* initial)
        : m_list(list),
          m_key(key),
          m_name(initial),
          m_component(make(list, m_name, m_key))
    {}
    Kind* operator->() const { return m_component.get(); }
    Kind& operator*() const { return *m_component; }
    const std::string& name() const { return m_name; }

    void read(const Json& values)
    {
        if (!values.is_object())
            throw Error(std::string(m_key) + ": should be an object in braces, like {\"name\": \"" + m_name + "\"}",
                        m_key);
        if (values.contains("name")) {
            if (!values["name"].is_string())
                throw Error(std::string(m_key) + ".name: should be a text in quotes", m_key);
            m_name = values["name"].template get<std::string>();
            m_component = make(m_list, m_name, m_key);
        }
        m_component->read(values, m_key, m_name, {"name"});
    }
    Json values() const
    {
        Json all = {{"name", m_name}};
        all.update(m_component->values());
        return all;
    }

private:
    const std::vector<Entry<Kind>>& m_list;
    const char* m_key;
    std::string m_name;
    std::unique_ptr<Kind> m_component;
};

/// The keys of run.json that are no component's: who a run is and where it comes from.
class Identity final : public Configurable {
public:
    void params(Params& p) override;
    std::string name, group, parent, lab, note;
    std::int64_t seed = 1, step = 0;
};

/// A run.json, understood: every choice made, every default filled in.
class Experiment {
public:
    /// Starts from the defaults and takes what `run` changes. Error, with the key's path and the nearest name, for
    /// anything else in it.
    explicit Experiment(const Json& run = Json::object());
    /// As run.json, complete.
    Json values() const;
    /// The data as the network sees them. Errors as Dataset::open().
    std::shared_ptr<Pack> open(const Progress& progress);
    /// Of the data set's pack, split as `split` says, the patches that training leaves in (whichever layers it names),
    /// and those layers. Error where that leaves nothing to test of what was set aside.
    std::shared_ptr<Pack> asSeen(const Pack& pack, const Progress& progress) const;
    /// The file or folder that people chose, else the pack itself: to name the data in a sentence.
    std::string dataName(const Pack& pack) const;
    /// Replaces what was left to the engine (learning rate, size, device, threads, intervals) by what it is, given the
    /// data.
    void resolve(const Pack& pack, const std::string& device, std::int64_t threads);
    /// Error where so few patches of the training split make no batch.
    void requirePatches(std::int64_t there) const;
    /// Sets "objective.temperature" and the like while training. Returns the old value; Error when it is not live or
    /// out of range.
    Json setLive(const std::string& key, const Json& value, const ViewContext& context);

    /// Makes the networks that the experiment trains, on the CPU, with whatever weights.
    void assemble(Networks& networks, std::int64_t bands, std::int64_t inputPx, std::int64_t classes) const;
    /// The same with weights that follow from its seed.
    void build(Networks& networks, std::int64_t bands, std::int64_t inputPx, std::int64_t classes) const;

    /// Where the learning rate is left to the engine, the objective's own.
    void chooseLearningRate();

    Identity identity;
    Choice<Dataset> dataset{datasets(), "dataset", datasets().front().name};
    Choice<Splitter> split{splitters(), "split", "given"};
    Choice<Sampler> sampler{samplers(), "sampler", "uniform"};
    Chain augmentations;
    Choice<Backbone> backbone{backbones(), "backbone", "smallconv"};
    Choice<Objective> objective{objectives(), "objective", "simclr"};
    Weights weights;
    Choice<Optimizer> optimizer{optimizers(), "optimizer", "sgd"};
    Schedule schedule;
    Training training;
    Evaluation evaluation;

private:
    /// What stands at "objective" and the like, augmentations apart; nullptr when there is no such section.
    Configurable* at(const std::string& section);
};

/// All that can be chosen, as protocol.md's "describe" has it.
Json describe();

} // namespace revisit
