"""Hard defects are found, and the oracle refuses its attackers."""
