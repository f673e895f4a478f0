"""How commands say what a check of the build has found."""

from collections.abc import Sequence

from indieweb.deploy.check import Finding, Severity, report


def say_findings(findings: Sequence[Finding]) -> bool:
    """Print findings, a line each. Returns whether any of them must stop an upload."""
    if findings:
        print("\n".join(report(findings)))
    return any(finding.severity is Severity.ERROR for finding in findings)
