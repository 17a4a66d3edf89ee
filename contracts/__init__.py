"""What agents are held to: one module a subject, each contract with what was seen of the real program."""
