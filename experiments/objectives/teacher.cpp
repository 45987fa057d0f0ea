// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/teacher.h"
#include "experiments/schedule.h"

namespace revisit {

void Teacher::params(Params& p)
{
    p("momentum", momentum, "How slowly the teacher follows: 0 makes it the pupil itself, 1 leaves it as it began.")
        .range(0, 1)
        .live();
    p("momentum_rises", rises,
      "Whether the momentum rises from there to 1 over the run, along half a cosine; 0 stays 0.");
}

void Teacher::build(Networks& nets, const Task& task, std::shared_ptr<Head> head)
{
    auto teacher = std::make_shared<Networks>();
    teacher->setBackbone(task.backbone());
    teacher->setHead(std::move(head));
    nets.setTeacher(std::move(teacher));
}

void Teacher::follow(Networks& nets, Moment moment) const
{
    revisit::follow(nets, rises && momentum > 0 ? cosine(moment.step - 1, moment.steps, momentum, 1) : momentum);
}

} // namespace revisit
