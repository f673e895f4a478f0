"""What one run changed, and the turns that its threads take."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Gathered:
    """What one run changed.

    :param asked: how many feeds were asked; ``silent`` names those that gave none.
    :param warnings: a sentence about each thing that the owner should see to.
    """

    asked: int = 0
    kept: int = 0
    removed: int = 0
    silent: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """One line; empty where nobody was asked and nothing changed."""
        if not (self.asked or self.kept or self.removed):
            return ""
        counts = ((self.kept, "new or changed"), (self.removed, "taken away"))
        news = ", ".join(f"{count} {words}" for count, words in counts if count)
        others = " and others" if len(self.silent) > 3 else ""
        silent = f"; no feed from {', '.join(self.silent[:3])}{others}" if self.silent else ""
        return f"Sites followed: {self.asked} asked; mentions: {news or 'nothing new'}{silent}."
