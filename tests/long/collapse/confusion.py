# SPDX-License-Identifier: Apache-2.0
"""Tables of what the verdicts on a folder's runs were, by what the runs are known to be: confusion.py WORKSPACE."""
import json
import pathlib
import sys


def verdict(run):
    """The last probe's, or that the run ended because its loss was no number any more."""
    events = [json.loads(line) for line in (run / "events.jsonl").open()]
    if any(event["event"] == "error" and event["code"] == "diverged" for event in events):
        return "diverging"
    probes = [event for event in events if event["event"] == "probe" and "verdict" in event]
    return probes[-1]["verdict"] if probes else "none"


def main(workspace):
    wrong = {}
    for sweep, title in (("collapse-tuning", "Thresholds were drawn between these: EuroSAT-RGB, seed 1"), ("collapse-heldout", "Never seen before: planet, seed 8")):
        counts, rows = {"bad": {}, "good": {}}, []
        for run in sorted(workspace.glob(sweep + "--*")):
            known, name = run.name.removeprefix(sweep + "--").rsplit("-seed-", 1)[0].split("-", 1)
            said = verdict(run)
            counts[known][said] = counts[known].get(said, 0) + 1
            right = (said == "healthy") == (known == "good")
            wrong[sweep] = wrong.get(sweep, 0) + (not right)
            rows.append(f"| {name} | {'fails' if known == 'bad' else 'is well'} | {said}{'' if right else ' (wrong)'} |")
        if not rows:
            sys.exit(f"{workspace} has no runs of {sweep}")
        print(f"{title}.\n\n| | judged healthy | judged failing |\n|---|---|---|")
        for known, words in (("good", "runs that are well"), ("bad", "runs that fail")):
            healthy = counts[known].get("healthy", 0)
            print(f"| {words} | {healthy} | {sum(counts[known].values()) - healthy} |")
        print("\n| run | in truth | verdict |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return wrong["collapse-heldout"] <= 1


if __name__ == "__main__":
    sys.exit(0 if main(pathlib.Path(sys.argv[1])) else 1)
