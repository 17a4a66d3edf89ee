"""The engine's own tests: fast (no machine), machine (real machines), quality (hard defects are found)."""
