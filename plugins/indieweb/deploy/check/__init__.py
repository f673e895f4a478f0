"""Judging the last build for publishing: what must not be uploaded, and what readers would trip over."""

from indieweb.deploy.check.finding import Finding, Severity
from indieweb.deploy.check.report import report, summary
from indieweb.deploy.check.site import check_site

__all__ = ["Finding", "Severity", "check_site", "report", "summary"]
