"""How findings are told: a line each, and the same one not a hundred times."""

from collections import Counter
from collections.abc import Sequence

from indieweb.deploy.check.finding import Finding, Severity
from indieweb.deploy.tree import printable

#: How often one message is repeated before the rest is only counted.
_OFTEN = 5


def report(findings: Sequence[Finding]) -> list[str]:
    """Lines for a terminal: warnings, then errors, then how many there are of each."""
    lines = []
    for severity in (Severity.WARNING, Severity.ERROR):
        told: Counter[str] = Counter()
        for finding in findings:
            if finding.severity is severity:
                told[finding.message] += 1
                if told[finding.message] <= _OFTEN:
                    lines.append(str(finding))
        often = ((message, count - _OFTEN) for message, count in told.items() if count > _OFTEN)
        lines += [printable(f"… and {count} more times: {message}") for message, count in often]
    return lines


def summary(findings: Sequence[Finding]) -> str:
    """How many findings there are of each severity, as a sentence."""
    counts = Counter(finding.severity for finding in findings)
    parts = [_counted(counts[severity], severity) for severity in Severity if counts[severity]]
    return f"The build has {' and '.join(parts)}." if parts else "The build is in order."


def _counted(count: int, severity: Severity) -> str:
    return f"{count} {severity.value}{'' if count == 1 else 's'}"
