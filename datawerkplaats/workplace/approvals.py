"""Approvals of what the load gate holds back: by somebody who may, and in the signed log."""

from __future__ import annotations

from pathlib import Path

from datawerkplaats.publication import approvals
from datawerkplaats.publication.approvals import Approval
from datawerkplaats.workplace.people import LOCAL, Right, Subject, needs
from datawerkplaats.workplace.store import Store


@needs(Right.APPROVE)
def approve(
    store: Store, subject: Subject, /, folder: Path, findings: str, reason: str, by: str = ""
) -> Approval:
    """Let the findings that hold the last candidate back through, for exactly these findings and once.

    Args:
        store: The store.
        subject: Who approves.
        folder: Where the load gate keeps what waits.
        findings: The hash of the findings.
        reason: Why it is right; readers see it.
        by: What readers see as who answers for it. Only at the machine itself, where nobody is signed in; the log says so.

    Raises:
        DataProblem: `approval_refused` if these are not the findings, or name or reason say nothing; nothing is kept then.
    """
    earlier = approvals.approval_of(folder, findings)
    is_local = subject == LOCAL
    named = by if is_local else str(subject.role_for(Right.APPROVE))
    try:
        with store.writing(subject, Right.APPROVE) as write:
            made = approvals.approve(folder, findings, named, reason)
            told = {"by": made.by, "reason": made.reason, "signed_in": not is_local}
            write.record("load_gate", findings, "approved", told)
    except BaseException:
        if (
            approvals.approval_of(folder, findings) != earlier
        ):  # what somebody approved before, and the log tells, stays
            approvals.take_back(folder, findings, earlier)
        raise
    return made
