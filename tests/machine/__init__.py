"""Tests on real machines."""
