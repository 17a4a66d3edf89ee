"""The small launcher with a stop."""

from tests.machine import small

STOPPABLE = f"""{small.TOML}stops = {{ run = ["sh", "launcher", "stop", "{{role}}"] }}
"""
