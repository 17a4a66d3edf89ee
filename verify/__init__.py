"""Where pytest starts: `pytest verify/` in a checkout, `pytest --pyargs holdfast.verify` from a wheel."""
