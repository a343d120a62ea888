"""How Hypothesis goes about it everywhere: no deadlines, for two busy cores are no defect."""

from __future__ import annotations

import os

from hypothesis import Phase, settings

settings.register_profile("litehq", deadline=None, max_examples=60)
# Where faults are planted, failing is the rule: the same examples for everyone and every time,
# and no search for the smallest.
settings.register_profile(
    "mutants",
    settings.get_profile("litehq"),
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)
# mutmut names the fault that it has planted, or its purpose, in the environment.
settings.load_profile("mutants" if "MUTANT_UNDER_TEST" in os.environ else "litehq")
