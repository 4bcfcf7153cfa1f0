"""Measure every figure that On Record promises: `python bench/all.py [ROUNDS]`.

A figure is a module here with a function `figures(rounds)`, named in MEASURED. Nothing is printed
that was not measured in this run; the exit code is 1 if a goal was missed.
"""

import sys

import crawl
import demo
import hostile_sql
import import_posts
import start
import tone
import visits

MEASURED = {
    "500 loopback pages": crawl.figures,
    "A million posts": import_posts.figures,
    "The program's start": start.figures,
    "The demo": demo.figures,
    "Hostile SQL": hostile_sql.figures,
    "Tone": tone.figures,
    "Pages of a large archive": visits.figures,
}


def main() -> int:
    """Measure, print, and tell whether all goals were met."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    is_met = True
    for title, figures in MEASURED.items():
        print(title, flush=True)
        for figure in figures(rounds):
            print(figure, flush=True)
            is_met &= figure.is_met
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
