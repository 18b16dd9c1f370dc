"""Readers and a writer at the same time, on one library."""

import threading

import numpy as np


def test_views_open_whole_while_the_library_is_rewritten(library):
    library.add("a.md", library.part("long", *[f"sentence {at}" for at in range(1100)]))
    sizes, failures, done = set(), [], threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                view = library.view()
                sizes.add(
                    (
                        len(view.table.keys),
                        len(view.vectors.vectors(np.arange(len(view.table.keys)))),
                    )
                )
            except Exception as error:  # noqa: BLE001 - whatever it is, the test fails
                failures.append(error)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    for digest in "234567":
        texts = [f"version {digest} {at}" for at in range(1100)]
        library.add("a.md", library.part("long", *texts, digest=digest))
        with library.writer() as writer, writer.turn() as turn:
            turn.compact()
    done.set()
    reader.join()
    assert failures == []
    assert sizes == {(1101, 1101)}
