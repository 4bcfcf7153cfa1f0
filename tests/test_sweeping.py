"""How often a process of much work looks for objects that keep one another alive."""

from spiders.second_process import SecondProcess

ASKED = "import gc; work_for_crew(lambda _: (gc.get_threshold(), gc.get_freeze_count()))"


def test_who_works_for_a_crew_seldom_stops_for_it() -> None:
    worker = SecondProcess[None, tuple[tuple[int, ...], int]](
        f"from spiders.crew import work_for_crew; {ASKED}"
    )
    try:
        worker.pipe.send(None)
        threshold, frozen = worker.pipe.recv()
    finally:
        worker.close()
    assert threshold[0] >= 10_000
    assert frozen > 1_000
