"""What can be done to a machine and the launcher in it: presses, faults, words. Each is a value with `do(stage)`."""
