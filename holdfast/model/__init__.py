"""The words of the design as frozen types. Imports nothing of the engine."""
