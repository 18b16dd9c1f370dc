"""What people see while they wait: bars on stderr, so that stdout stays clean for programs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

_SECONDS_THAT_TELL = 120
"""Rate and time left of long work go by what was done in the last so many seconds."""

_SECONDS_BETWEEN_SAMPLES = 0.5

console = Console(stderr=True)


@contextmanager
def preparing_model(name: str) -> Iterator[Callable[[float], None]]:
    """Show a bar from the first report of progress on: most starts have nothing to prepare."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), console=console
    )
    task: TaskID | None = None

    def told(share: float) -> None:
        nonlocal task
        if task is None:
            bar.start()
            task = bar.add_task(f"unpacking {name}, once", total=1.0)
        bar.update(task, completed=share)

    try:
        yield told
    finally:
        if task is not None:
            bar.stop()


def _long_work(counted: str) -> Progress:
    """Return the bar of indexing: what is counted, rate, times, and what is worked on now."""
    return Progress(
        TextColumn(counted),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[label]}"),
        console=console,
        speed_estimate_period=_SECONDS_THAT_TELL,
    )


class IndexProgress:
    """A bar over the bytes to index, with the passages embedded each second and the time left.

    Both go by the last two minutes. What is in the library already is nothing to do: a run that
    goes on where another one stopped does not promise the speed at which it passes over that.
    """

    def __init__(self) -> None:
        self._bar = _long_work("[bold]{task.fields[files]}[/] files")
        self._task = self._bar.add_task("", total=None, files="0", rate="", label="")
        self._passages = self._bar.add_task("", total=None, visible=False)  # knows their rate
        self._files = self._read = self._embedded = 0
        self._size = 0.0
        self._told_at = 0.0

    def __enter__(self) -> "IndexProgress":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._files:
            if error is None:
                self._bar.update(self._task, completed=self._bar.tasks[0].total)
            self._bar.stop()

    def start(self, total_bytes: int, files: int) -> None:
        """Say how much there is to read."""
        self._files = files
        if files:
            self._bar.start()
        self._bar.update(self._task, total=max(total_bytes, 1))

    def reading(self, label: str) -> None:
        """Say which file is looked at now."""
        self._read += 1
        self._bar.update(self._task, files=f"{self._read}/{self._files}", label=escape(label[-24:]))

    def passed_over(self, size_bytes: int) -> None:
        """Say that so many bytes need not be read: they are in the library already."""
        self._bar.update(self._task, total=max((self._bar.tasks[0].total or 0) - size_bytes, 1))

    def done(self, size_bytes: float, passages: int) -> None:
        """Say that so many more bytes are in the library, by so many passages' vectors."""
        self._size += size_bytes
        self._embedded += passages
        now = self._bar.get_time()
        if now - self._told_at < _SECONDS_BETWEEN_SAMPLES:
            return  # the bar keeps a thousand samples
        self._told_at = now
        self._bar.update(self._passages, completed=self._embedded)
        pace = self._bar.tasks[1].speed
        rate = f"{pace:.0f} passages/s" if pace else ""
        self._bar.update(self._task, completed=self._size, rate=rate)


class PassageBar:
    """A bar over passages, with those embedded each second and the time left."""

    def __init__(self) -> None:
        self._bar = _counting("passages")
        self._task = self._bar.add_task("", total=None, rate="")

    def __enter__(self) -> "PassageBar":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def start(self, passages: int) -> None:
        """Say how many there are; without any, nothing is shown."""
        if passages:
            self._bar.update(self._task, total=passages)
            self._bar.start()

    def done(self, passages: int) -> None:
        """Say that so many more are done."""
        _advance(self._bar, "passages", passages)


class ByteBar:
    """A bar over bytes, with the rate and the time left."""

    def __init__(self) -> None:
        self._bar = Progress(
            DownloadColumn(),
            BarColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> "ByteBar":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def start(self, total: int) -> None:
        """Say how many there are; it may be said again."""
        self._bar.reset(self._task, total=total)
        self._bar.start()

    def done(self, count: int) -> None:
        """Say that so many more are done."""
        self._bar.update(self._task, advance=count)


@contextmanager
def following(total: int) -> Iterator[Callable[[int, str, str], None]]:
    """Show that bar over the items of a task; it is told how many are done, the rate and a label.

    The times are those of the looking on.
    """
    bar = _long_work("[bold]{task.completed:,.0f}/{task.total:,.0f}[/] documents")
    task = bar.add_task("", total=total, rate="", label="")

    def told(done: int, rate: str, label: str) -> None:
        bar.update(task, completed=done, rate=rate, label=escape(label))

    with bar:
        yield told


@contextmanager
def asking(questions: int) -> Iterator[Callable[[], None]]:
    """Show a bar over the questions, with rate and time left; what it gives is called at each."""
    bar = _counting("questions")
    bar.add_task("", total=questions, rate="")
    with bar:
        yield lambda: _advance(bar, "questions", 1)


def _counting(things: str) -> Progress:
    return Progress(
        TextColumn(f"[bold]{{task.completed}}/{{task.total}}[/] {things}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
    )


def _advance(bar: Progress, things: str, count: int) -> None:
    task = bar.tasks[0]
    elapsed = task.elapsed or 0
    rate = f"{task.completed / elapsed:.0f} {things}/s" if elapsed > 1 else ""
    bar.update(task.id, advance=count, rate=rate)
