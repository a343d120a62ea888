"""Fail a run in which a test was skipped, when `LITEHQ_FAIL_ON_SKIP=1` asks for it.

A skipped test proves nothing, and a database or an interpreter that went missing would
otherwise turn a red run green. On a developer's machine skipping stays allowed.
"""

import os

import pytest

VARIABLE = "LITEHQ_FAIL_ON_SKIP"


class SkipWatch:
    """Collects what was skipped and turns a good exit status into a failure."""

    def __init__(self) -> None:
        self._skipped: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a skipped test; an expected failure ran and is no skip."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a whole module that was skipped while it was imported."""
        if report.skipped:
            self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        longrepr = report.longrepr
        reason = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
        self._skipped[report.nodeid] = reason

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a session that was good but for its skips."""
        if self._skipped and session.exitstatus in {
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        }:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which tests were skipped and that this is why the run failed."""
        if not self._skipped:
            return
        terminalreporter.section(f"skipped tests fail this run ({VARIABLE}=1)", red=True)
        for nodeid, reason in sorted(self._skipped.items()):
            terminalreporter.line(f"{nodeid}: {reason}")


def pytest_configure(config: pytest.Config) -> None:
    """Watch the run if the environment asks; workers of a parallel run report to the first."""
    if os.environ.get(VARIABLE) == "1" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipWatch(), "litehq-skip-watch")
