"""The tables of `docs/tone.md`, made from `training/evaluation.json`."""

import json
from pathlib import Path
from typing import Any

_EVALUATION = Path(__file__).parent / "evaluation.json"


def agreement() -> str:
    """Compare the model with people, and TextBlob and VADER beside it."""
    tone = _figures()
    posts = tone["tweets"]
    rows = [
        ("posts: macro-recall", posts["n"], posts, "macro_recall", "{:.1%}"),
        ("news: rank correlation", tone["news"]["n"], tone["news"], "spearman", "{:.2f}"),
    ]
    if "speech" in tone:
        speech = tone["speech"]
        rows.append(("speech: rank correlation", speech["n"], speech, "spearman", "{:.2f}"))
    lines = ["| | n | TextBlob | VADER | tone |", "|---|---|---|---|---|"]
    for title, count, figures, name, style in rows:
        cells = [style.format(figures[scorer + name]) for scorer in ("textblob_", "vader_", "")]
        lines.append(f"| {title} | {count:,} | {' | '.join(cells)} |")
    recall = ", ".join(f"{label} {share:.1%}" for label, share in posts["recall"].items())
    closing = (
        f"Model `{tone['model']}`. Posts: recall by label {recall}; expected calibration error "
        f"{posts['calibration_error']:.3f}; {posts['not_scored']} not scored, counted as neutral."
    )
    return "\n" + "\n".join(lines) + "\n\n" + closing + "\n"


def by_confidence() -> str:
    """Show how often labels were right, by their confidence."""
    lines = ["| confidence | posts | right |", "|---|---|---|"]
    lines += [
        f"| {one['from']:.1f}-{one['to']:.1f} | {one['n']:,} | {one['right']:.0%} |"
        for one in _figures()["tweets"]["by_confidence"]
    ]
    return "\n" + "\n".join(lines) + "\n"


def traps() -> str:
    """Show the list of traps and the swapping of names."""
    tone = _figures()
    lines = ["| | n | |", "|---|---|---|"]
    if "traps" in tone:
        traps = tone["traps"]
        lines += [
            f"| known errors, right sign | {traps['listed']} | {traps['listed_right']:.1%} |",
            f"| with harder traps, right sign | {traps['n']} | {traps['right']:.1%} |",
        ]
    if "names" in tone:
        names = tone["names"]
        lines.append(f"| names swapped, largest difference | {names['n']:,} | {names['most']:g} |")
    return "\n" + "\n".join(lines) + "\n"


def _figures() -> dict[str, Any]:
    figures: dict[str, Any] = json.loads(_EVALUATION.read_text("utf-8"))["tone"]
    return figures
