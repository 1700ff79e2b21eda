"""Feedback of customers: how long what may take, and what the clocks say.

Source: chapter "After the signature". Plain Python.
"""

MINOR, NORMAL, CRITICAL = "minor", "normal", "critical"
SEVERITIES = [(MINOR, "Minor"), (NORMAL, "Normal"), (CRITICAL, "Critical")]
