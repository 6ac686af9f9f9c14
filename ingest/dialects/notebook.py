"""What an integration was told, with what this batch adds: kept apart until the batch is committed."""

from collections import ChainMap
from collections.abc import Iterator, Mapping


class Notebook:
    """One integration's memory during one batch. `written` holds the changes, None for what is taken back."""

    def __init__(self, earlier: Mapping[str, object] | None = None) -> None:
        self.written: dict[str, object | None] = {}
        self.replies: list[tuple[str, bytes]] = []  # to be published after COMMIT
        self._pages: ChainMap[str, object] = ChainMap(self.written, dict(earlier or {}))

    def find(self, subject: str) -> object | None:
        return self._pages.get(subject)

    def write(self, subject: str, body: object | None) -> None:
        """Remember; None forgets."""
        self.written[subject] = body

    def pages(self) -> Iterator[tuple[str, object]]:
        """Everything that is remembered now."""
        return ((subject, body) for subject, body in self._pages.items() if body is not None)
