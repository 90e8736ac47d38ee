# SPDX-License-Identifier: MIT
"""The suite behind tools/bench: builds, measures in rounds, writes the report."""
