# SPDX-License-Identifier: Apache-2.0
"""Training steps of the engine's objectives with lightly's losses and heads, and in plain PyTorch where lightly has none."""
import time
import warnings

import nets
import torch
from lightly import loss as losses
from lightly.loss.lejepa_loss import lejepa_invariance_loss
from lightly.models import utils
from lightly.models.modules.heads import DINOProjectionHead, SwaVPrototypes
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings("ignore", message=".*weight_norm.*")  # which lightly uses
warnings.filterwarnings("ignore", message="To copy construct")


def per_size(net, views):
    """One output a view: those of one size pass together, as they do in the engine."""
    sides = sorted({v.shape[2] for v in views}, reverse=True)  # the large come first
    groups = [[v for v in views if v.shape[2] == side] for side in sides]
    return [z for group in groups for z in net(torch.cat(group)).chunk(len(group))]


class Method(nn.Module):
    """A pupil, and from begin() on its loss on views."""

    ending, normed = "linear", True

    def __init__(self, task):
        super().__init__()
        self.task, self.settings = task, task["objective"]
        self.backbone = nets.smallconv(task["bands"], task["backbone"])
        self.stand()

    def stand(self):
        self.head = nets.head(self.backbone.width, self.settings["projector"], self.ending, self.normed)

    def begin(self):
        pass

    def project(self, x):
        return self.head(self.backbone(x))

    def stepped(self):
        pass


class Pairs(Method):
    """Losses of two views' projections."""

    def begin(self):
        o = self.settings
        self.of = {
            "simclr": lambda: losses.NTXentLoss(temperature=o["temperature"]),
            "dcl": lambda: losses.DCLLoss(temperature=o["temperature"]),
            "barlow": lambda: losses.BarlowTwinsLoss(lambda_param=o["lambda"]),
            "vicreg": lambda: losses.VICRegLoss(o["invariance"], o["variance"], o["covariance"]),
        }[o["name"]]()

    def stand(self):
        self.ending = "norm" if self.settings["name"] in ("simclr", "dcl") else "linear"
        super().stand()

    def forward(self, views):
        return self.of(*per_size(self.project, views))


class Taught(Method):
    """With a teacher that follows."""

    def begin(self):
        self.teacher = type(self)(self.task)
        self.teacher.load_state_dict(self.state_dict(), strict=False)
        utils.deactivate_requires_grad(self.teacher)

    @torch.no_grad()
    def taught(self, x):
        return self.teacher.project(x)

    def stepped(self):
        utils.update_momentum(self.backbone, self.teacher.backbone, m=self.settings["momentum"])
        utils.update_momentum(self.head, self.teacher.head, m=self.settings["momentum"])


class Moco(Taught):
    ending, normed = "biased", False

    def begin(self):
        super().begin()
        self.of = losses.NTXentLoss(self.settings["temperature"], (self.settings["queue"], self.settings["projector"][-1]))

    def forward(self, views):
        return self.of(self.project(views[0]), self.taught(views[1]))


class Predicting(Taught):
    def stand(self):
        super().stand()
        width = self.settings["projector"][-1]
        self.predictor = nets.head(width, [self.settings["predictor"], width], self.predictor_ending)


class MocoV3(Predicting):
    ending = predictor_ending = "plain norm"

    def forward(self, views):
        both, t = torch.cat(views), self.settings["temperature"]
        q = F.normalize(self.predictor(self.project(both))).chunk(2)
        k = F.normalize(self.taught(both)).chunk(2)
        right = torch.arange(len(q[0]))
        return 2 * t * (F.cross_entropy(q[0] @ k[1].T / t, right) + F.cross_entropy(q[1] @ k[0].T / t, right))


class Byol(Predicting):
    ending = predictor_ending = "biased"

    def begin(self):
        super().begin()
        self.of = losses.NegativeCosineSimilarity()

    def forward(self, views):
        both = torch.cat(views)
        p, g = self.predictor(self.project(both)).chunk(2), self.taught(both).chunk(2)
        return 4 + 2 * (self.of(p[0], g[1]) + self.of(p[1], g[0]))


class SimSiam(Predicting):
    ending, predictor_ending = "plain norm", "biased"

    def begin(self):
        self.of = losses.NegativeCosineSimilarity()

    def forward(self, views):
        z = self.project(torch.cat(views))
        p, g = self.predictor(z).chunk(2), z.detach().chunk(2)
        return (self.of(p[0], g[1]) + self.of(p[1], g[0])) / 2

    def stepped(self):
        pass


class Swav(Method):
    ending = "biased"

    def stand(self):
        super().stand()
        self.prototypes = SwaVPrototypes(self.settings["projector"][-1], self.settings["prototypes"])
        self.prototypes.heads[0].register_parameter("bias", None)

    def begin(self):
        o = self.settings
        self.of = losses.SwaVLoss(o["temperature"], o["sinkhorn_iterations"], o["sinkhorn_epsilon"])

    def forward(self, views):
        self.prototypes.normalize()
        scores = per_size(lambda x: self.prototypes(F.normalize(self.project(x))), views)
        return self.of(scores[:2], scores[2:]).squeeze()


class Dino(Taught):
    def stand(self):
        hidden, _, narrow = self.settings["projector"]
        self.head = DINOProjectionHead(self.backbone.width, hidden, narrow, self.settings["outputs"], batch_norm=True)

    def begin(self):
        super().begin()
        o = self.settings
        self.of = losses.DINOLoss(o["outputs"], teacher_temp=o["teacher_temperature"], student_temp=o["temperature"],
                                  center_momentum=o["centre_momentum"])

    def forward(self, views):
        scores = per_size(self.project, views)
        return self.of(list(self.taught(torch.cat(views[:2])).chunk(2)), scores)


class LeJepa(Method):
    def begin(self):
        o = self.settings
        self.of = losses.LeJEPALoss(o["lambda"], sigreg_knots=o["knots"], sigreg_t_max=o["largest_frequency"],
                                    sigreg_num_vectors=o["directions"])

    def forward(self, views):
        z = torch.stack(per_size(self.project, views))
        if len(z) > 2:
            return self.of(global_proj=z[:2], local_proj=z[2:])
        share = self.of.lambda_param  # LeJEPALoss itself insists on local views
        return share * self.of.sigreg(z) + (1 - share) * lejepa_invariance_loss(all_proj=z, global_proj=z)


class Masked(nn.Module):
    def __init__(self, task):
        super().__init__()
        settings, backbone = task["objective"], task["backbone"]
        if settings["name"] == "mae":
            self.net = nets.MaskedTransformer(task["bands"], backbone, settings, task["views"][0])
        else:
            self.net = nets.MaskedConvNet(task["bands"], settings)

    def begin(self):
        pass

    def forward(self, views):
        predicted, wanted = self.net(views[0])
        wanted = (wanted - wanted.mean(-1, keepdim=True)) / (wanted.var(-1, keepdim=True) + 1e-6).sqrt()
        return F.mse_loss(predicted, wanted)

    def stepped(self):
        pass


class Supervised(Method):
    def stand(self):
        self.head = nn.Linear(self.backbone.width, self.task["classes"])
        self.labels = torch.arange(self.task["batch"]) % self.task["classes"]

    def forward(self, views):
        return F.cross_entropy(self.project(views[0]), self.labels)


class Rotation(Method):
    def stand(self):
        self.head = nn.Linear(self.backbone.width, 4)
        self.labels = torch.arange(4).repeat_interleave(self.task["batch"])

    def forward(self, views):
        turned = torch.cat([torch.rot90(views[0], turn, (2, 3)) for turn in range(4)])
        return F.cross_entropy(self.project(turned), self.labels)


class Position(Method):
    def stand(self):
        self.head = nets.head(2 * self.backbone.width, [self.settings["hidden"], 8], "biased")

    def forward(self, views):
        view, n = views[0], len(views[0])
        cell = view.shape[2] // 3
        piece = max(min(8, cell), int(cell * (1 - self.settings["gap"])) // 8 * 8)
        inside, each = torch.arange(piece), torch.arange(n).view(n, 1, 1)

        def cut(column, row):
            x = (column * cell + torch.randint(cell - piece + 1, (n,))).unsqueeze(1) + inside
            y = (row * cell + torch.randint(cell - piece + 1, (n,))).unsqueeze(1) + inside
            return view[each, :, y.unsqueeze(2), x.unsqueeze(1)].permute(0, 3, 1, 2)

        side = torch.randint(8, (n,))
        other, middle = side + (side >= 4), torch.ones_like(side)
        features = self.backbone(torch.cat([cut(middle, middle), cut(other % 3, other // 3)])).chunk(2)
        return F.cross_entropy(self.head(torch.cat(features, 1)), side)


METHODS = {
    "simclr": Pairs, "dcl": Pairs, "barlow": Pairs, "vicreg": Pairs, "moco": Moco, "mocov3": MocoV3, "byol": Byol,
    "simsiam": SimSiam, "swav": Swav, "dino": Dino, "lejepa": LeJepa, "mae": Masked, "fcmae": Masked,
    "rotation": Rotation, "position": Position, "supervised": Supervised,
}


class Steps:
    """A method's steps, its tensors in one memory format."""

    def __init__(self, task, memory_format):
        torch.manual_seed(0)
        net = METHODS[task["objective"]["name"]](task)
        self.learning = [p for p in net.parameters() if p.requires_grad]
        flat = torch.from_file(task["weights_file"], size=task["weights"])
        self.weights = sum(p.numel() for p in self.learning)
        if self.weights != task["weights"]:
            raise SystemExit(f"{task['objective']['name']}: {self.weights} weights here, {task['weights']} there")
        with torch.no_grad():
            for p, values in zip(self.learning, flat.split([p.numel() for p in self.learning])):
                p.copy_(values.view(p.shape))
        net.begin()
        self.net = net.train().to(memory_format=memory_format)
        shapes = [(task["batch"], task["bands"], side, side) for side in task["views"]]
        sizes = [torch.Size(shape).numel() for shape in shapes]
        views = torch.from_file(task["views_file"], size=sum(sizes)).split(sizes)
        self.views = [v.view(shape).contiguous(memory_format=memory_format) for v, shape in zip(views, shapes)]
        self.clip = task["clip_norm"]
        o = task["optimizer"]
        groups = [{"params": [p for p in self.learning if p.dim() > 1], "weight_decay": o["weight_decay"]},
                  {"params": [p for p in self.learning if p.dim() <= 1], "weight_decay": 0}]
        self.optimizer = torch.optim.SGD(groups, lr=o["learning_rate"], momentum=o["momentum"])

    def take(self):
        self.optimizer.zero_grad()
        loss = self.net(self.views)
        loss.backward()
        nn.utils.clip_grad_norm_(self.learning, self.clip)
        self.optimizer.step()
        self.net.stepped()
        return loss.item()

    def seconds(self, steps):
        began = time.perf_counter()
        for _ in range(steps):
            self.take()
        return (time.perf_counter() - began) / steps


class Objective:
    """In the memory format that is faster here."""

    def __init__(self, task):
        plain = task["objective"]["name"] in ("mocov3", "fcmae", "rotation", "position", "supervised")
        self.peer = "torch" if plain else "lightly"
        torch.set_num_threads(task["threads"])
        self.count = task["steps"]
        both = [Steps(task, how) for how in (torch.contiguous_format, torch.channels_last)]
        self.about = {"weights": both[0].weights, "loss": both[0].take()}
        both[1].take()  # the first step lays out memory
        taken = [min(steps.seconds(1) for _ in range(3)) for steps in both]
        self.about["channels_last"] = taken[1] < taken[0]
        self.steps = both[self.about["channels_last"]]

    def round(self):
        return {"value": self.steps.seconds(self.count)}
