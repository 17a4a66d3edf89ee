"""Witnesses: observers that never ask the launcher."""
