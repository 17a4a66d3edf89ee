"""What is put to the test: one module a scenario. A new file here is found without being named anywhere else."""
