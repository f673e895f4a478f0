"""Telling others that we mentioned them: what is due, once the pages that say so are live (contract: Sending)."""

from indieweb.sending.history import STATES, Past, Wanted, history, summary_of
from indieweb.sending.report import WORDS, Line, Report
from indieweb.sending.runner import send_by_hand, send_due, why_nothing_is_sent

__all__ = [
    "STATES",
    "WORDS",
    "Line",
    "Past",
    "Report",
    "Wanted",
    "history",
    "send_by_hand",
    "send_due",
    "summary_of",
    "why_nothing_is_sent",
]
