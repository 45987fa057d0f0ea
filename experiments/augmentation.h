// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/component.h"
#include "datasets/base/random.h"
#include "experiments/viewplan.h"

namespace revisit {

/// One way in which views of the same thing may differ. It draws, and states what it drew; it touches no pixel.
class Augmentation : public Component {
public:
    void params(Params& p) override
    {
        p("probability", m_probability, "Share of the views that go through it; 0 switches it off.").range(0, 1).live();
    }
    double probability() const { return m_probability; }
    /// Whether views of this kind go through it whatever its probability.
    virtual bool always(const ViewContext&) const { return false; }
    /// Adds one draw to `plan`, which holds what earlier links of the chain have stated. Called from many threads.
    virtual void state(ViewPlan& plan, Random& random, const ViewContext& context) const = 0;
    /// Error, naming the key below `path`, when its parameters contradict each other or the data lack what it needs.
    virtual void check(const ViewContext&, const std::string& /*path*/) const {}

protected:
    explicit Augmentation(double probability) : m_probability(probability) {}
    /// Error unless low <= high.
    static void checkOrder(double low, double high, const std::string& path, const char* lowName, const char* highName);

private:
    double m_probability;
};

/// In the order in which a chain applies them.
const std::vector<Entry<Augmentation>>& augmentations();

} // namespace revisit
