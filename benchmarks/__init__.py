"""Speed and cost, always as a ratio to a raw script that does the same work."""
