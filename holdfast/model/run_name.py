"""The name of a run. Light: the plug-in needs one wherever a user runs pytest with several workers."""

import secrets
import time


def new_name() -> str:
    """A name that no run has had; names sort by time (UTC)."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(2)}"
