"""Tests that boot no machine."""
