"""`python -m tests.proofs`: lists what can be proved. `--only <part>[,<part>]` proves it: one JSON line per figure, nothing else.

Exit code: 0 every goal met, 1 a goal missed, 2 not asked well (unknown part, a part without goals), 3 a proof died half-way;
its figures so far are kept. `make` turns every code but 0 into its own 2 and prints the code.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from tests.proofs import ledger
from tests.proofs.registry import Line, Part, chosen, load

ALL_MET, MISSED, USAGE, DIED = 0, 1, 2, 3


def main(arguments: list[str] | None = None) -> int:
    """Lists or proves; returns the exit code."""
    parser = argparse.ArgumentParser(prog="tests.proofs", description=__doc__)
    parser.add_argument("--only", help="parts or families, with commas between them", default=None)
    only = parser.parse_args(arguments).only
    try:
        parts = load()
        picked = chosen(only, parts) if only is not None else []
    except DataProblem as problem:
        print(problem.sentence(), file=sys.stderr)
        return USAGE
    if only is None:
        ledger.publish(parts)
        show(parts)
        return ALL_MET
    code = ALL_MET
    with tempfile.TemporaryDirectory(prefix="dwp-prove-") as work:
        for part in picked:
            made = ledger.stamp(part)
            lines, sentence = prove(part, work)
            ledger.keep(part, made, lines, finished=not sentence, parts=parts)
            ledger.publish(parts)
            if sentence:
                print(f"{part.id} died half-way, {len(lines)} figures are kept: {sentence}", file=sys.stderr)
            code = max(
                code, DIED if sentence else MISSED if any(x["met"] is False for x in lines) else ALL_MET
            )
    return code


def show(parts: Mapping[str, Part]) -> None:
    """Prints the parts with what is known of them."""
    lines = ledger.read()
    old = ledger.stale(lines, parts)
    print(f"{'part':24}{'minutes':>8}  {'goals':>5}  {'newest':32}title")
    for part in parts.values():
        goals = sum(figure.goal != "none" for figure in part.figures)
        mine = [line for line in lines if line["part"] == part.id]
        missed = sum(line["met"] is False for line in mine)
        state = f"{missed} missed" if missed else "all met"
        state += ", stale" if any(line["name"] in old for line in mine) else ""
        state = f"{state} ({mine[0]['date'][:10]})" if mine else "not measured"
        asked = " (only when named in full)" if part.on_request else ""
        print(f"{part.id:24}{part.minutes:8g}  {goals:5}  {state:32}{part.title}{asked}")


def prove(part: Part, work: str) -> tuple[list[Line], str]:
    """Runs one part in a process of its own and prints its figures; returns them and, if it died, the reason as a sentence."""
    command = [sys.executable, "-m", "tests.proofs.worker", part.run, work]
    lines: list[Line] = []
    sentence = ""
    finished = False
    with subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            for text in process.stdout:
                word = json.loads(text)
                if isinstance(word, dict):
                    sentence = word["problem"]
                elif isinstance(word, list):
                    figure = part.figure(word[0])
                    if figure is None:
                        sentence = f"it measured {word[0]}, which tests/proofs/parts does not declare."
                        process.kill()
                        break
                    lines.append(figure.line(*word))
                    print(json.dumps(lines[-1], ensure_ascii=False), flush=True)
                else:
                    finished = True
        except KeyboardInterrupt:
            process.terminate()
            sentence = "it was stopped by hand."
    if finished and (missing := part.missing(line["name"] for line in lines)):
        sentence = f"it ended without {', '.join(missing)}."
    if not finished and not sentence:
        sentence = f"its process ended with {ended(process.returncode)} before it was finished."
    return lines, sentence


def ended(code: int) -> str:
    """How a process ended, in words."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


if __name__ == "__main__":
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ALL_MET
        if len(sys.argv) > 1:
            code = DIED
            print("Nobody read the figures any more: those of this part are not kept.", file=sys.stderr)
    sys.exit(code)
