# SPDX-License-Identifier: Apache-2.0
"""A sweep's table with lightly's methods beside it, trained as long and probed by the engine: beside.py SWEEP ZIP WORKSPACE PYTHON.

Reads WORKSPACE-table.json. What lightly trained stays in WORKSPACE-lightly, and what is there is not trained again.
"""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

METHODS = ("simclr", "vicreg")
RATES = (0.06, 0.02)  # the second, the engine's for VICReg, where the first diverges
DIVERGED = 3          # pretrain.py's exit status
METRICS = ("linear", "knn")
# As the engine has it for itself. lightly's training and loading share the cores: beside other programs it is five times as fast so.
WAITING = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "5000"}


def trained(python, place, method, seed, minutes, archive, epochs):
    """What pretrain.py says of its training, None where it failed; `diverged` has the rates that were too high."""
    done = place / "trained.json"
    if done.exists():
        return json.loads(done.read_text())
    print(f"lightly's {method}, seed {seed}: {minutes:g} minutes", file=sys.stderr)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for i, rate in enumerate(RATES):
        (place / "early.pth").unlink(missing_ok=True)  # of a rate that was too high
        said = subprocess.run(
            [python, "tests/peers/pretrain.py", "--objective", method, "--data", archive, "--minutes", str(minutes), "--seed", str(seed),
             "--learning-rate", str(rate), "--early", str(epochs), place / "early.pth", "--to", place / "end.pth"],
            stdout=subprocess.PIPE, text=True, env=os.environ | WAITING)
        if said.returncode != DIVERGED:
            break
    if said.returncode:
        return None
    told = json.loads(said.stdout) | {"diverged": list(RATES[:i]), "early": epochs}
    done.write_text(json.dumps(told))
    return told


def probed(weights, base, archive, seed, images):
    """The engine's metrics of a file's network."""
    run = weights.with_suffix("")
    if not (run / "exit.json").exists() or "finished" not in (run / "exit.json").read_text():
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir()
        settings = {
            **base,
            "dataset": {**base["dataset"], "path": archive},
            "objective": {"name": "random"},  # learns nothing
            "training": {**base.get("training", {}), "steps": 1},
            "weights": {"path": str(weights.resolve())},
            "seed": seed,
        }
        (run / "run.json").write_text(json.dumps(settings))
        subprocess.run(["build/bin/revisit-engine", "train", run, "--quiet"], check=True)
    events = [json.loads(line) for line in (run / "events.jsonl").open()]
    started = next(e for e in events if e["event"] == "started")
    ours = started["steps_per_epoch"] * started["config"]["training"]["batch"]
    if round(ours) != images:
        raise SystemExit(f"objectives: lightly saw {images} images and the engine trains on {ours:g}")
    return [e for e in events if e["event"] == "probe"][-1]["metrics"]


def cell(value):
    """Of a mean and perhaps a deviation over the seeds."""
    if not value:
        return "-"
    deviation = value.get("deviation")
    return f"{100 * value['mean']:.1f}" + ("" if deviation is None else f" ± {100 * deviation:.1f}") + " %"


def over(seeds):
    """What cell() reads."""
    return seeds and {"mean": statistics.mean(seeds), "deviation": statistics.stdev(seeds) if len(seeds) > 1 else None}


def ours(group):
    """A row of the sweep's table."""
    cells = [group["name"], f"{group['finished']} of {group['runs']}"]
    if not group["finished"]:
        return cells + ["-"] * 8
    for metric in METRICS:
        values, baseline = group[metric], group[metric]["baseline"]
        cells += [cell(values["end"]), cell(baseline) + (" " + baseline["name"] if baseline else ""), cell(values["equal_epochs"])]
    return cells + [f"{group['steps']['mean']:.0f}", f"{group['epochs']['mean']:.1f}"]


def theirs(method, baselines, python, place, sweep, archive, epochs):
    """lightly's row, and what is to be said of it. Its baselines are those of the same network and images: our row's."""
    runs, end, early, notes = [], [], [], []
    for seed in sweep.get("seeds", [1]):
        at = place / f"{method}-{seed}"
        told = trained(python, at, method, seed, sweep["minutes"], archive, epochs)
        if not told:
            notes.append(f"lightly's {method}, seed {seed}, failed.")
            continue
        runs.append(told)
        end.append(probed(at / "end.pth", sweep["base"], archive, seed, told["images"]))
        if (at / "early.pth").exists():
            early.append(probed(at / "early.pth", sweep["base"], archive, seed, told["images"]))
            if abs(told["early"] - epochs) > 0.1:  # more of the sweep has finished since
                notes.append(f"lightly's {method}, seed {seed}, was looked at after {told['early']:.1f} epochs.")
        if told["diverged"]:
            notes.append(f"lightly's {method}, seed {seed}, diverged at a learning rate of {told['diverged'][-1]} and was trained at {told['learning_rate']}.")
    cells = ["lightly " + method, f"{len(end)} of {len(sweep.get('seeds', [1]))}"]
    if not runs:
        return cells + ["-"] * 8, notes
    if len(early) < len(end):
        notes.append(f"lightly's {method} did not reach {epochs:.1f} epochs with {len(end) - len(early)} of {len(end)} seeds.")
    for i, metric in enumerate(METRICS):
        cells += [cell(over([m[metric] for m in end])), baselines[3 + 3 * i] if baselines else "-", cell(over([m[metric] for m in early]))]
    mean = {key: statistics.mean(run[key] for run in runs) for key in ("steps", "epochs")}
    return cells + [f"{mean['steps']:.0f}", f"{mean['epochs']:.1f}"], notes


def main(file, archive, workspace, python):
    sweep, table = json.loads(pathlib.Path(file).read_text()), json.loads(pathlib.Path(workspace + "-table.json").read_text())
    epochs = table["equal_epochs"]
    if epochs is None:
        raise SystemExit("objectives: no run has finished")
    rows, notes = [ours(group) for group in table["groups"]], []
    named = {row[0]: row for row in rows}
    if pathlib.Path(python).exists():
        for method in METHODS:
            row, said = theirs(method, named.get(method), python, pathlib.Path(workspace + "-lightly"), sweep, archive, epochs)
            rows.insert(rows.index(named[method]) + 1 if method in named else len(rows), row)
            notes += said
        rates = f"at a learning rate of {RATES[0]} and with the engine's way of waiting for threads ({' '.join(f'{k}={v}' for k, v in WAITING.items())})"
        print(f"lightly's rows: the same network, images and minutes, {rates}, probed by the engine.\n")
    else:
        notes.append("lightly is not beside them: its environment was not there (tests/peers/setup.sh makes it).")
        print("objectives: " + notes[-1], file=sys.stderr)
    equal = f"at {epochs:.1f} epochs"
    print(f"{sweep['minutes']:g} minutes of training a run; mean ± deviation over the seeds.\n")
    print("| objective | runs | linear | better baseline |", equal, "| kNN | better baseline |", equal, "| steps | epochs |")
    print("|---" * 10 + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    if notes:
        print("\n" + "\n".join(f"- {note}" for note in notes))
    return not any(note.endswith("failed.") for note in notes)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        raise SystemExit(__doc__)
    sys.exit(0 if main(*sys.argv[1:]) else 1)
